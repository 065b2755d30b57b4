#include "table/error.hpp"

namespace bedside {

std::string_view name(Code code) {
  switch (code) {
    case Code::columnNotFound: return "COLUMN_NOT_FOUND";
    case Code::invalidSpec: return "INVALID_SPEC";
    case Code::notBinary: return "NOT_BINARY";
    case Code::notNumeric: return "NOT_NUMERIC";
    case Code::notFinite: return "NOT_FINITE";
    case Code::tooFewRows: return "TOO_FEW_ROWS";
    case Code::noEvents: return "NO_EVENTS";
    case Code::oneGroup: return "ONE_GROUP";
    case Code::singular: return "SINGULAR";
    case Code::parseError: return "PARSE_ERROR";
    case Code::unknownAnalysis: return "UNKNOWN_ANALYSIS";
    case Code::memoryBudget: return "MEMORY_BUDGET";
    case Code::freed: return "FREED";
    case Code::aborted: return "ABORTED";
  }
  return "UNKNOWN_ANALYSIS";
}

void fail(Code code, std::string message) { throw Failure(code, std::move(message)); }

}  // namespace bedside
