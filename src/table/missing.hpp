#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bedside {

/// The texts that mean a missing cell (loading.md §5): the empty one, the defaults of CONTRACT, and those added.
/// Compared exactly, case and all, with the trimmed cell.
class MissingTokens {
 public:
  MissingTokens();

  /// Adds a token, trimmed as a cell is, also as a Windows-1252 file would write it.
  void add(std::string_view token);
  void add(const std::vector<std::string>& tokens);

  bool contains(std::string_view cell) const {
    if (cell.empty()) return true;
    const std::size_t length = cell.size() < 63 ? cell.size() : 63;
    if ((lengths_ >> length & 1) == 0 || !first_[static_cast<unsigned char>(cell[0])]) return false;
    return search(cell);
  }
  /// Whether a cell that is a number could be one, such as -99.
  bool holdNumbers() const { return holdNumbers_; }

 private:
  bool search(std::string_view cell) const;
  void insert(std::string token);

  std::vector<std::string> tokens_;
  std::uint64_t lengths_ = 0;  ///< a bit per length; 63 and more share one
  std::bitset<256> first_;     ///< first bytes
  bool holdNumbers_ = false;
};

/// Without spaces, tabs, CR and LF at both ends.
std::string_view trimmed(std::string_view cell);

}  // namespace bedside
