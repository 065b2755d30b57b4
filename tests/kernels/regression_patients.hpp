#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "analyses/context.hpp"
#include "describe/columns.hpp"
#include "sample_table.hpp"

namespace bedside {

/// A store of fits that counts what it is asked.
class CountingStore : public FitStore {
 public:
  int computed = 0;
  int reused = 0;

  std::shared_ptr<const void> find(const Fingerprint& key) override {
    const auto found = fits_.find({key.high, key.low});
    if (found == fits_.end()) return nullptr;
    ++reused;
    return found->second;
  }
  void keep(const Fingerprint& key, std::shared_ptr<const void> fit, std::size_t bytes, double) override {
    EXPECT_GT(bytes, 0u);
    ++computed;
    fits_[{key.high, key.low}] = std::move(fit);
  }

 private:
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::shared_ptr<const void>> fits_;
};

/// A spec as the engine treats it before a run: completed, its columns checked.
template <class Analysis>
typename Analysis::Spec completed(typename Analysis::Spec spec, const Table& table) {
  Analysis::complete(spec, table);
  checkColumns(columnsOf(spec, table), table);
  return spec;
}

template <class Analysis>
typename Analysis::Result runOf(const Table& table, typename Analysis::Spec spec, FitStore* store = nullptr) {
  Context context(store, {}, {});
  return Analysis::run(table, completed<Analysis>(std::move(spec), table), context);
}

/// Patients: y (0/1), count, age, dose (whole numbers 0 … 4), sex, stage (I … III), clinic (text).
inline Table patients(std::size_t rows = 240, std::uint64_t seed = 7) {
  std::mt19937_64 random(seed);
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  std::vector<double> y, counts, age, dose, response;
  std::vector<std::string> sex, stage, clinic;
  for (std::size_t i = 0; i < rows; ++i) {
    age.push_back(30 + std::floor(500 * unit()) / 10);
    dose.push_back(std::floor(5 * unit()));
    sex.push_back(unit() < 0.5 ? "female" : "male");
    stage.push_back(std::string(1 + static_cast<std::size_t>(3 * unit()), 'I'));
    clinic.push_back("c" + std::to_string(static_cast<int>(12 * unit())));
    const double eta = 0.03 * (age.back() - 55) + 0.2 * dose.back() - (sex.back() == "male" ? 0.5 : 0);
    y.push_back(unit() < 1 / (1 + std::exp(-eta)) ? 1 : 0);
    counts.push_back(std::floor(3 * unit() * std::exp(0.5 * eta) + 2 * unit()));
    response.push_back(eta + unit() - 0.5);
  }
  return tableOf({numbers("y", y), numbers("count", counts), numbers("response", response), numbers("age", age),
                  numbers("dose", dose), texts("sex", sex), texts("stage", stage), texts("clinic", clinic)});
}

/// The table with a column changed cell by cell.
inline Table with(Table table, const std::string& name, const std::function<double(std::size_t, double)>& change) {
  for (auto& column : table.columns) {
    if (column.name != name) continue;
    auto values = column.data->values;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = change(i, values[i]);
    column.data = ColumnData::numericOf(std::move(values));
  }
  return table;
}

/// The rows with these numbers, repeats allowed.
inline Table rowsTaken(const Table& table, const std::vector<std::size_t>& rows) {
  Table out = table;
  out.rows = rows.size();
  for (auto& column : out.columns) {
    if (column.data->numeric()) {
      std::vector<double> values;
      for (const auto row : rows) values.push_back(column.data->values[row]);
      column.data = ColumnData::numericOf(std::move(values));
    } else {
      std::vector<std::int32_t> codes;
      for (const auto row : rows) codes.push_back(column.data->codes[row]);
      column.data = ColumnData::categoricalOf(std::move(codes), column.data->levels);
    }
  }
  return out;
}

}  // namespace bedside
