# bench/kernels with Google Benchmark, natively and as WASM in Node: the target kernel_bench, built when asked for.
# Its harness, with main(), is compiled from the source that .ci/setup --bench fetches: the same for both, optimized
# like the kernels. (Its own CMake fails outside its root, and Debian's library is a debug build.)

set(benchmark ${CMAKE_SOURCE_DIR}/build/benchmark)
file(GLOB harness CONFIGURE_DEPENDS ${benchmark}/src/*.cc)
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bench/kernels/*.cpp)
if(NOT harness OR NOT sources)
  return()
endif()

add_library(benchmark STATIC EXCLUDE_FROM_ALL ${harness})
target_include_directories(benchmark SYSTEM PUBLIC ${benchmark}/include)
target_compile_definitions(benchmark PUBLIC BENCHMARK_STATIC_DEFINE PRIVATE HAVE_STD_REGEX HAVE_STEADY_CLOCK)
target_compile_options(benchmark PRIVATE -w)

add_executable(kernel_bench EXCLUDE_FROM_ALL ${sources} ${benchmark}/src/benchmark_main.cc)
target_link_libraries(kernel_bench PRIVATE bedside_engine benchmark)
if(EMSCRIPTEN)
  target_link_options(kernel_bench PRIVATE -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB -sSTACK_SIZE=1MB -sEXIT_RUNTIME -sNODERAWFS)
  set_target_properties(kernel_bench PROPERTIES SUFFIX .cjs)  # an .mjs is a factory that runs nothing
endif()
