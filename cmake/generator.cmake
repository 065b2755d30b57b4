# The program that writes what follows from the descriptions: web/analyses.js and the types of specs and results.
# It sees the descriptions with their titles and docs, which the WASM leaves out, and runs no analysis.

set(generator ${CMAKE_SOURCE_DIR}/web/build/generate.cpp)
if(EXISTS ${generator})
  add_executable(generate ${generator})
  target_link_libraries(generate PRIVATE bedside_engine)
  target_compile_definitions(generate PRIVATE BEDSIDE_DOCS=1)
endif()
