# bench/kernels with Google Benchmark: natively, and as WASM in Node. Built when asked for, as `kernel_bench`.

file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bench/kernels/*.cpp)
if(NOT sources)
  return()
endif()

add_executable(kernel_bench EXCLUDE_FROM_ALL ${sources})
target_link_libraries(kernel_bench PRIVATE bedside_engine)

if(EMSCRIPTEN)
  # Its own CMake fails outside its root, and no package holds it for WASM: .ci/setup --bench puts the source there.
  set(source ${CMAKE_SOURCE_DIR}/build/benchmark)
  file(GLOB harness CONFIGURE_DEPENDS ${source}/src/*.cc)
  target_sources(kernel_bench PRIVATE ${harness})
  set_source_files_properties(${harness} PROPERTIES COMPILE_OPTIONS -w)
  target_include_directories(kernel_bench SYSTEM PRIVATE ${source}/include)
  target_compile_definitions(kernel_bench PRIVATE BENCHMARK_STATIC_DEFINE HAVE_STD_REGEX HAVE_STEADY_CLOCK)
  target_link_options(kernel_bench PRIVATE -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB -sSTACK_SIZE=1MB -sEXIT_RUNTIME)
  set_target_properties(kernel_bench PROPERTIES SUFFIX .cjs)  # an .mjs is a factory that runs nothing
else()
  find_package(benchmark REQUIRED)
  target_link_libraries(kernel_bench PRIVATE benchmark::benchmark)
endif()
