#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace bedside {

/// What can go wrong, as the caller of the package reads it in `error.code`.
enum class Code {
  columnNotFound,   ///< COLUMN_NOT_FOUND: a name that is no column of the table
  invalidSpec,      ///< INVALID_SPEC: an option that is unknown, absent, of the wrong type or out of range
  notBinary,        ///< NOT_BINARY: an outcome that has not two values
  notNumeric,       ///< NOT_NUMERIC: text where numbers are needed
  notFinite,        ///< NOT_FINITE: an infinite value in a row used
  tooFewRows,       ///< TOO_FEW_ROWS: no complete row, or fewer than the model needs
  noEvents,         ///< NO_EVENTS: nobody had the event
  oneGroup,         ///< ONE_GROUP: a factor or an outcome with one level left
  singular,         ///< SINGULAR: a term that the others determine
  parseError,       ///< PARSE_ERROR: a file that is not what its format says
  unknownAnalysis,  ///< UNKNOWN_ANALYSIS
  memoryBudget,     ///< MEMORY_BUDGET: the run needs more than the budget can give
  freed,            ///< FREED: the table was freed
  aborted,          ///< ABORTED
};

/// The code as JavaScript sees it, such as "COLUMN_NOT_FOUND".
std::string_view name(Code code);

/// The one exception of the engine. Thrown by `table` and above, caught in `engine`; never leaves the module.
struct Failure : std::exception {
  Failure(Code code, std::string message) : code(code), message(std::move(message)) {}
  const char* what() const noexcept override { return message.c_str(); }

  Code code;
  std::string message;              ///< names column, value and remedy
  std::size_t neededBytes = 0;      ///< of MEMORY_BUDGET
  std::size_t availableBytes = 0;   ///< of MEMORY_BUDGET
};

[[noreturn]] void fail(Code code, std::string message);

/// Something the reader of a result or a table should know although the figures stand.
struct Warning {
  std::string code;     ///< such as "SEPARATION"
  std::string message;
};

}  // namespace bedside
