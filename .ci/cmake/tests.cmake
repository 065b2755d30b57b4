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

# tests/kernels/rejected: each file must not compile, seen from the room that it names, and for the reason that it gives
# as a pattern of what the compiler says. Its first lines:
#   // rejected: error:.*no such field
#   // room: analyses
file(GLOB rejected CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/kernels/rejected/*.cpp)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${rejected})
foreach(file IN LISTS rejected)
  get_filename_component(name ${file} NAME_WE)
  file(STRINGS ${file} lines REGEX "^// (rejected|room): ")
  set(reason "")
  set(room engine)
  foreach(line IN LISTS lines)
    if(line MATCHES "^// rejected: *(.*)")
      set(reason "${CMAKE_MATCH_1}")
    elseif(line MATCHES "^// room: *([a-z]+)")
      set(room ${CMAKE_MATCH_1})
    endif()
  endforeach()
  if(NOT reason)
    message(FATAL_ERROR "${file} has no line '// rejected: PATTERN'")
  endif()
  add_test(NAME rejected.${name} COMMAND_EXPAND_LISTS COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only
    "-I$<JOIN:$<TARGET_PROPERTY:bedside_${room},INTERFACE_INCLUDE_DIRECTORIES>,;-I>" ${file})
  set_tests_properties(rejected.${name} PROPERTIES PASS_REGULAR_EXPRESSION "${reason}")
endforeach()
