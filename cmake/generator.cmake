# The program that writes what follows from the descriptions: web/analyses.js and the types of specs and results.
# It sees the descriptions with their titles and docs, which the module leaves out, so it takes the headers of the
# analyses and none of their objects: those hold the same types without docs. It also builds in seconds that way.

set(generator ${CMAKE_SOURCE_DIR}/web/build/generate.cpp)
if(EXISTS ${generator})
  add_executable(generate ${generator})
  target_include_directories(generate PRIVATE $<TARGET_PROPERTY:bedside_analyses,INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(generate PRIVATE bedside_table)
  target_compile_definitions(generate PRIVATE BEDSIDE_DOCS=1)
endif()
