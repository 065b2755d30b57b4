# Compiler options of every target. Optimization comes with the preset.

# The same input gives the same bytes everywhere: no fused multiply-add, which WASM does not have (fast-math never).
add_compile_options(-ffp-contract=off)

# SSE2 and WASM's SIMD have the same 128 bits, so that native and WASM times compare.
if(EMSCRIPTEN)
  add_compile_options(-msimd128 -fwasm-exceptions)
  add_link_options(-fwasm-exceptions)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  add_compile_options(-msse2)
endif()

# Narrowing counts is a bug waiting for 2³¹ rows. Signs are left alone: Eigen's indices are signed, ours are not.
add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_compile_options(-Wno-implicit-int-float-conversion)  # counts become doubles in every formula
  add_compile_options(-Wno-missing-designated-field-initializers)  # the others keep their defaults, which is their point
else()
  add_compile_options(-Wno-missing-field-initializers)
endif()
