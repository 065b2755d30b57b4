# The two modules. They are linked in the build folder; .ci/build puts them into web/ when their bytes changed.

file(GLOB bindings CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/wasm/*.cpp)
set(layers_bindings ${CMAKE_SOURCE_DIR}/src/wasm/layers_bindings.cpp)
list(REMOVE_ITEM bindings ${layers_bindings})

set_source_files_properties(${CMAKE_SOURCE_DIR}/src/wasm/memory.cpp PROPERTIES
  COMPILE_OPTIONS "-Os;-mbulk-memory;-fno-builtin")

# src/wasm is a room too, the top one.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/rooms/wasm)
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/wasm ${CMAKE_BINARY_DIR}/rooms/wasm/wasm SYMBOLIC)

# The modules have no file system, evaluate no text as code (strict CSP), and leave Node to our loader: the glue's own
# branch for Node breaks webpack and esbuild.
set(module_options
  -Oz                        # of what is linked; hot sources were compiled for speed
  -lembind
  -sMODULARIZE -sEXPORT_ES6
  -sENVIRONMENT=web,worker
  -sDYNAMIC_EXECUTION=0
  -sFILESYSTEM=0
  -sMALLOC=dlmalloc          # mimalloc reached only 177–232 of 280 MB when memory was fragmented
  -sALLOW_MEMORY_GROWTH
  -sABORTING_MALLOC=0)       # memory that ends is a std::bad_alloc, which layer 2 answers

# Functions in the order of their names: what is alike lies within the reach of gzip, which then saves 2 % more. The
# names themselves, which the linker keeps for this, do not stay.
execute_process(COMMAND ${EMSCRIPTEN_ROOT_PATH}/em-config BINARYEN_ROOT OUTPUT_VARIABLE binaryen
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(order_functions "")
if(CMAKE_BUILD_TYPE STREQUAL Release)
  list(APPEND module_options --profiling-funcs)
  set(order_functions ${binaryen}/bin/wasm-opt --all-features --reorder-functions-by-name --strip-debug)
endif()

function(wasm_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;OPTIONS")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_BINARY_DIR}/rooms/wasm)
  target_link_libraries(${name} PRIVATE ${arg_LINKS})
  target_link_options(${name} PRIVATE ${module_options} ${arg_OPTIONS} --emit-tsd=${name}.d.ts)
  set_target_properties(${name} PROPERTIES SUFFIX .js
    RULE_LAUNCH_LINK "env PATH=${CMAKE_SOURCE_DIR}/node_modules/.bin:\"$$PATH\"")  # --emit-tsd looks for tsc there
  if(order_functions)
    add_custom_command(TARGET ${name} POST_BUILD COMMAND ${order_functions} ${name}.wasm -o ${name}.wasm VERBATIM)
  endif()
endfunction()

if(bindings)
  set(budget ${CMAKE_SOURCE_DIR}/src/wasm/budget.js)
  wasm_module(bedside SOURCES ${bindings} LINKS bedside_engine OPTIONS
    -sIMPORTED_MEMORY         # the loader's WebAssembly.Memory, whose maximum is the budget
    -sEXPORTED_RUNTIME_METHODS=stackSave,stackRestore  # to read a heap after a trap
    -sINITIAL_MEMORY=4MB      # a Memory with a smaller `initial` is a LinkError
    -sMAXIMUM_MEMORY=4GB
    -sMEMORY_GROWTH_LINEAR_STEP=4MB
    -sSTACK_SIZE=1MB          # Eigen's products overflow the 64 KB that are the default
    --js-library=${budget})
  set_target_properties(bedside PROPERTIES LINK_DEPENDS ${budget})
endif()

if(EXISTS ${layers_bindings})
  # Runs beside every page's own code and decides a few times a second at most: small before fast.
  target_compile_options(bedside_layers ${bedside_layers_scope} -Oz -flto)
  wasm_module(layers SOURCES ${layers_bindings} LINKS bedside_layers OPTIONS
    -Oz -sINITIAL_MEMORY=1MB -sMAXIMUM_MEMORY=4GB -sSTACK_SIZE=64KB
    -sMALLOC=emmalloc)  # 4 KB smaller than dlmalloc, and no heap here is filled to its brim
  target_compile_options(layers PRIVATE -Oz -flto)
endif()
