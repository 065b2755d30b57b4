#pragma once

// The one policy under which Boost.Math is used, set by its macros and taken up as `policy<>`. Included by
// distributions.cpp alone, before any Boost header: Boost is instantiated in that file and nowhere else.
//
// An explicit policy object leaks: internals of Boost 1.74 fall back to the default one, whose errors are formatted
// through iostreams and thrown (137 KB of WebAssembly). Through the macros there is no other policy to fall back to.

// Errors return ±∞, 0 or NaN instead of throwing; nobody reads errno.
#define BOOST_MATH_DOMAIN_ERROR_POLICY errno_on_error
#define BOOST_MATH_POLE_ERROR_POLICY errno_on_error
#define BOOST_MATH_OVERFLOW_ERROR_POLICY errno_on_error
#define BOOST_MATH_EVALUATION_ERROR_POLICY errno_on_error
#define BOOST_MATH_ROUNDING_ERROR_POLICY errno_on_error
#define BOOST_MATH_INDETERMINATE_RESULT_ERROR_POLICY errno_on_error
// A tail below 1e-308 is 0, which is no error.
#define BOOST_MATH_UNDERFLOW_ERROR_POLICY ignore_error
#define BOOST_MATH_DENORM_ERROR_POLICY ignore_error
// long double is 128 bits wide in WebAssembly and done in software: tails would be 40 to 90 times slower, the module
// 408 instead of 238 KB.
#define BOOST_MATH_PROMOTE_DOUBLE_POLICY false
#define BOOST_MATH_NO_LONG_DOUBLE_MATH_FUNCTIONS
// Continuous quantiles, and real arguments where a discrete distribution would insist on whole ones.
#define BOOST_MATH_ASSERT_UNDEFINED_POLICY false

#include <boost/math/policies/policy.hpp>
