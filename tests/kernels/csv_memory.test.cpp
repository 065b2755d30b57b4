// An allocation that fails at any point of a load ends it in std::bad_alloc; the sanitizers see that nothing leaks.

#include <new>

#include "allocation_faults.hpp"
#include "csv_loading.hpp"

namespace bedside::testing {
namespace {

const std::string_view file =
    "id,g,t,d\n1,a,\"x\"\"y\",2024-01-31\n2,b,1.0,2024-02-30\n3,c,0.30000000000000004,2024-03-01\nx,d\xE9,5,NA\n";

/// Whether the load came to its end.
bool loads(const LoadOptions& options, std::size_t k, Fault fault) {
  const AllocationFaults faults(k, fault);
  try {
    CsvReader reader(options, "a.csv");
    for (std::size_t at = 0; at < file.size(); at += 9) reader.feed(file.substr(at, 9));
    return reader.finish().rows == 4;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

TEST(CsvMemory, SurvivesEveryFailedAllocation) {
  LoadOptions options;
  options.types = {{"d", "date"}};
  options.missing = {"unbekannt für"};
  options.dictionary = {{"g", {.label = "Group", .levels = {{"c", ""}, {"a", ""}}, .ordered = true, .missing = {"b"}}}};
  ASSERT_TRUE(loads(options, 0, Fault::once));
  std::size_t failed = 0;
  for (std::size_t k = 1; !loads(options, k, Fault::once); ++k) failed = k;
  for (std::size_t k = 1; k <= failed; ++k) EXPECT_FALSE(loads(options, k, Fault::fromThenOn)) << k;
  EXPECT_GT(failed, 50u);
}

}  // namespace
}  // namespace bedside::testing
