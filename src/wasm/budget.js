// Linked into the glue (--js-library). The heap grows up to the budget, which is the maximum of the Memory that the
// loader hands over, and not up to MAXIMUM_MEMORY: growth in steps would otherwise ask past the budget near its end and
// be refused (280 MB stopped at 273). C++ reads it as emscripten_get_heap_max().
addToLibrary({ $getHeapMax: () => Module['budgetBytes'] });
