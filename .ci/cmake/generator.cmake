# The program that writes what follows from the descriptions: web/analyses.js, the types of specs and results, the
# reference. It sees the descriptions with their titles and docs, which the WASM leaves out, and runs no analysis: it
# compiles in seconds without the engine.

set(generator ${CMAKE_SOURCE_DIR}/web/build/generate.cpp)
if(EXISTS ${generator})
  add_executable(generate ${generator} src/table/error.cpp src/table/number.cpp src/table/text.cpp)
  target_compile_definitions(generate PRIVATE BEDSIDE_DOCS=1)
  target_include_directories(generate PRIVATE src)
  target_link_libraries(generate PRIVATE library::fast_float)
endif()
