// rejected: fatal error: '?table/table.hpp
// room: layers
// The layers decide on bytes and clocks alone: a room that is not linked is not found.
#include "table/table.hpp"
