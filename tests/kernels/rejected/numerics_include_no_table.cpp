// rejected: fatal error: '?table/table.hpp
// room: numerics
// An arrow between rooms points down only.
#include "table/table.hpp"
