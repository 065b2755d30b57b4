# tests/kernels: one GoogleTest executable, each of its tests one of ctest's.

enable_testing()
find_package(GTest REQUIRED)
include(GoogleTest)

file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/kernels/*.test.cpp)
if(sources)
  add_executable(kernel_tests ${sources})
  target_include_directories(kernel_tests PRIVATE ${CMAKE_SOURCE_DIR}/tests/kernels)
  target_link_libraries(kernel_tests PRIVATE bedside_engine GTest::gtest_main)
  target_compile_definitions(kernel_tests PRIVATE BEDSIDE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(kernel_tests DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endif()

# tests/kernels/rejected: each file must not compile, and for the reason that its first line gives as a pattern:
#   // rejected: error:.*what the compiler says
file(GLOB rejected CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/kernels/rejected/*.cpp)
foreach(file IN LISTS rejected)
  get_filename_component(name ${file} NAME_WE)
  file(STRINGS ${file} reason REGEX "^// rejected: " LIMIT_COUNT 1)
  string(REGEX REPLACE "^// rejected: *" "" reason "${reason}")
  if(NOT reason)
    message(FATAL_ERROR "${file} begins with no '// rejected: PATTERN'")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  add_test(NAME rejected.${name} COMMAND_EXPAND_LISTS
    COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only
      "-I$<JOIN:$<TARGET_PROPERTY:bedside_engine,INTERFACE_INCLUDE_DIRECTORIES>,;-I>" ${file})
  set_tests_properties(rejected.${name} PROPERTIES PASS_REGULAR_EXPRESSION "${reason}")
endforeach()
