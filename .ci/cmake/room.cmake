# Rooms and the libraries they may use.

# Header-only libraries by links, never by /usr/include itself: under Emscripten that folder would bring glibc's headers.
function(header_library name header)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "HINTS")
  find_path(${name}_parent ${header} HINTS ${arg_HINTS} PATHS /usr/include /usr/local/include /opt/homebrew/include
    NO_CMAKE_FIND_ROOT_PATH REQUIRED)
  string(REGEX REPLACE "/.*" "" entry ${header})
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/headers/${name})
  file(CREATE_LINK ${${name}_parent}/${entry} ${CMAKE_BINARY_DIR}/headers/${name}/${entry} SYMBOLIC)
  add_library(library_${name} INTERFACE)
  target_include_directories(library_${name} SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/headers/${name})
  add_library(library::${name} ALIAS library_${name})
endfunction()

header_library(eigen Eigen/Core HINTS /usr/include/eigen3 /usr/local/include/eigen3)
header_library(boost boost/math/distributions.hpp)
header_library(fast_float fast_float/fast_float.h)
header_library(xxhash xxhash.h)

# room(NAME [LINKS ROOM...] [LIBRARIES LIBRARY...] [SMALL | SMALL_SOURCES FILE...]): the static library bedside_NAME of src/NAME/**/*.cpp. Its headers
# are reached as "NAME/…" through a folder that holds one link, to this room and no other, so a room that is not linked
# is not found. A room without a .cpp yet is an interface.
function(room name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SMALL" "" "LINKS;LIBRARIES;SMALL_SOURCES")
  set(door ${CMAKE_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${door})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${name} ${door}/${name} SYMBOLIC)

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  set(scope PUBLIC)
  if(sources)
    add_library(bedside_${name} STATIC ${sources})
    list(TRANSFORM arg_LIBRARIES PREPEND library::)
    target_link_libraries(bedside_${name} PRIVATE ${arg_LIBRARIES})
    if(EMSCRIPTEN)
      # Nothing asks for a type by name: the mangled names of every lambda stay out of the module.
      target_compile_options(bedside_${name} PRIVATE -fno-rtti)
    endif()
    if(EMSCRIPTEN AND CMAKE_BUILD_TYPE STREQUAL Release)
      set(small ${arg_SMALL_SOURCES})
      list(TRANSFORM small PREPEND ${CMAKE_SOURCE_DIR}/src/${name}/)
      if(arg_SMALL)
        set(small ${sources})
      endif()
      # These the linker optimizes once more, together. Not the others: a loop that is hot would be inlined into a caller
      # that is to be small, and be made small with it.
      set_source_files_properties(${small} PROPERTIES COMPILE_OPTIONS "-Oz;-flto")
    endif()
  else()
    set(scope INTERFACE)
    add_library(bedside_${name} INTERFACE)
  endif()
  target_include_directories(bedside_${name} ${scope} ${door})
  list(TRANSFORM arg_LINKS PREPEND bedside_)
  target_link_libraries(bedside_${name} ${scope} ${arg_LINKS})
  set(bedside_${name}_scope ${scope} PARENT_SCOPE)
endfunction()
