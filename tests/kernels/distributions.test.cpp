#include "numerics/distributions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

// Reference figures: mpmath 1.3 at 60 digits, from the definitions (`erfc`, `gammainc` and `betainc` regularized,
// `loggamma`, `psi`; quantiles by a secant search on their logarithm), arguments taken as the doubles they are.

namespace bedside::numerics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Row {
  std::vector<double> arguments;
  double value;
};

void expectAgreement(const char* name, const std::function<double(const std::vector<double>&)>& function,
                     const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    std::string call = name;
    for (double argument : row.arguments) call += ' ' + std::to_string(argument);
    const double got = function(row.arguments);
    // A denormal has fewer digits than the rest: its last bit is the limit.
    const double denormal = 2 * std::numeric_limits<double>::denorm_min();
    EXPECT_NEAR(got, row.value, std::max(1e-12 * std::abs(row.value), denormal)) << call;
  }
}

TEST(Distributions, NormalCdf) {
  expectAgreement("normalCdf", [](const auto& x) { return normalCdf(x[0]); },
                  {
                      {{-38.4}, 6.6015998543267680242e-323},
                      {{-37.5}, 4.6053530095819548438e-308},
                      {{-20}, 2.7536241186062336951e-89},
                      {{-8.5}, 9.4795348222033183542e-18},
                      {{-1.959963984540054}, 2.5000000000000010876e-2},
                      {{-0.3}, 3.8208857781104736693e-1},
                      {{0}, 5.0e-1},
                      {{1e-09}, 5.000000003989422804e-1},
                      {{0.7}, 7.5803634777692697138e-1},
                      {{3}, 9.9865010196836990547e-1},
                      {{8}, 9.999999999999993779e-1},
                  });
}

TEST(Distributions, NormalQuantile) {
  expectAgreement("normalQuantile", [](const auto& x) { return normalQuantile(x[0]); },
                  {
                      {{1e-300}, -3.7047096299361199237e1},
                      {{1e-100}, -2.1273453560965324294e1},
                      {{1e-20}, -9.2623400897984075796},
                      {{1e-05}, -4.2648907939228246102},
                      {{0.025}, -1.9599639845400542118},
                      {{0.2}, -8.4162123357291416552e-1},
                      {{0.4999}, -2.5066283008800749239e-4},
                      {{0.5001}, 2.5066283008800749239e-4},
                      {{0.9}, 1.2815515655446005935},
                      {{0.975}, 1.9599639845400538556},
                      {{0.999999999999}, 7.0344869100478352057},
                  });
}

TEST(Distributions, StudentTTwoSided) {
  expectAgreement("studentTTwoSided", [](const auto& x) { return studentTTwoSided(x[0], x[1]); },
                  {
                      {{1e-10, 3}, 9.9999999992648948061e-1},
                      {{0.5, 1}, 7.0483276469913345165e-1},
                      {{1, 2}, 4.2264973081037423549e-1},
                      {{2.5, 10}, 3.1446844236608804249e-2},
                      {{12.706204736432095, 1}, 4.9999999998991305639e-2},
                      {{3, 0.5}, 3.673081559859434482e-1},
                      {{40, 5}, 1.8411962171772954355e-7},
                      {{100000000, 2}, 9.9999999999999985e-17},
                      {{1e+40, 7}, 2.6410413527093533075e-278},
                      {{6, 1000}, 2.7553691733774691126e-9},
                      {{30, 100000}, 7.3785368722222336871e-197},
                      {{1.5, 3.7}, 2.135981692020135306e-1},
                      {{2, 10000000}, 4.550029089184295328e-2},
                      {{0.01, 10000000}, 9.9202128757021790295e-1},
                      {{50, 200}, 5.4205754797824855283e-115},
                      {{1e+170, 1.5}, 7.5417048640324923137e-256},
                  });
}

TEST(Distributions, StudentTQuantile) {
  expectAgreement("studentTQuantile", [](const auto& x) { return studentTQuantile(x[0], x[1]); },
                  {
                      {{0.975, 1}, 1.2706204736174693314e1},
                      {{0.975, 10}, 2.2281388519862742245},
                      {{0.975, 226}, 1.9705162426831598852},
                      {{0.6, 3}, 2.7667066233268984701e-1},
                      {{1e-10, 4}, -4.1617514032960412353e2},
                      {{1e-100, 2.5}, -8.7654378822799918795e39},
                      {{0.995, 100000}, 2.5758784699083749963},
                      {{0.51, 30}, 2.5278783971765814411e-2},
                      {{0.3, 0.7}, -8.3544115570696240472e-1},
                  });
}

TEST(Distributions, ChiSquaredUpper) {
  expectAgreement("chiSquaredUpper", [](const auto& x) { return chiSquaredUpper(x[0], x[1]); },
                  {
                      {{1e-05, 1}, 9.9747687168319440206e-1},
                      {{3.841458820694124, 1}, 5.0000000000000057435e-2},
                      {{1375, 1}, 5.6887536295998476756e-301},
                      {{1.5, 2}, 4.7236655274101470714e-1},
                      {{30, 8}, 2.1137850346676161976e-4},
                      {{1400, 10}, 9.9203914798001452832e-295},
                      {{100000, 100000}, 4.9940529189520668861e-1},
                      {{90000, 100000}, 1.0},
                      {{0.5, 0.3}, 1.5604916709686202906e-1},
                      {{200, 3.5}, 1.2895667355819371823e-42},
                      {{1000000, 999000}, 2.3956694322908631568e-1},
                  });
}

TEST(Distributions, ChiSquaredCdf) {
  expectAgreement("chiSquaredCdf", [](const auto& x) { return chiSquaredCdf(x[0], x[1]); },
                  {
                      {{1e-20, 1}, 7.97884560802865334e-11},
                      {{1e-05, 8}, 2.60415625002170221e-23},
                      {{3, 2}, 7.7686983985157017107e-1},
                      {{5, 100}, 2.2386989282288963214e-46},
                      {{0.001, 0.1}, 7.0242555337477799437e-1},
                  });
}

TEST(Distributions, ChiSquaredQuantile) {
  expectAgreement("chiSquaredQuantile", [](const auto& x) { return chiSquaredQuantile(x[0], x[1]); },
                  {
                      {{0.95, 1}, 3.8414588206941244691},
                      {{0.99, 1}, 6.6348966010212135563},
                      {{0.5, 3}, 2.3659738843753382661},
                      {{1e-08, 2}, 2.0000000100000001085e-8},
                      {{1e-10, 1}, 1.5707963267948967337e-20},
                      {{0.999999, 50}, 1.1260809249886347711e2},
                      {{0.2, 0.4}, 4.1770346318993179133e-4},
                      {{0.95, 10000}, 1.0233748897677936358e4},
                  });
}

TEST(Distributions, FUpper) {
  expectAgreement("fUpper", [](const auto& x) { return fUpper(x[0], x[1], x[2]); },
                  {
                      {{0.01, 2, 3}, 9.9008269001090378073e-1},
                      {{1, 5, 5}, 5.0e-1},
                      {{3.5, 3, 60}, 2.0766949237860762936e-2},
                      {{161.4476387975881, 1, 1}, 5.0000000000000061297e-2},
                      {{100, 4, 200}, 1.3129533971632482201e-46},
                      {{50, 2, 5000}, 3.1591525315740442514e-22},
                      {{2000, 6, 400}, 1.0158786440147267341e-294},
                      {{0.9, 50, 70}, 6.4981399245028485879e-1},
                      {{1.2, 1000, 2000}, 3.8112751654018498662e-4},
                      {{10000000000, 1, 3}, 2.2053155808932545889e-15},
                      {{5, 0.5, 1.5}, 1.6604052887639471965e-1},
                  });
}

TEST(Distributions, FQuantile) {
  expectAgreement("fQuantile", [](const auto& x) { return fQuantile(x[0], x[1], x[2]); },
                  {
                      {{0.975, 1, 1}, 6.4778901147784415677e2},
                      {{0.975, 9, 27}, 2.630855587922807943},
                      {{0.025, 9, 27}, 2.7898265124805464981e-1},
                      {{0.5, 200, 300}, 9.9888765284218029988e-1},
                      {{0.999, 3, 8.5}, 1.4773272164908029578e1},
                      {{0.05, 2, 1000}, 5.1295925479570480136e-2},
                  });
}

TEST(Distributions, BetaCdf) {
  expectAgreement("betaCdf", [](const auto& x) { return betaCdf(x[0], x[1], x[2]); },
                  {
                      {{0.3, 2, 5}, 5.7982499999999997601e-1},
                      {{1e-10, 0.5, 0.5}, 6.3661977237819168421e-6},
                      {{0.001, 1, 1000}, 6.3230457522903596304e-1},
                      {{0.99, 40, 0.3}, 2.2425547198754133898e-1},
                      {{0.5, 500, 500}, 5.0e-1},
                      {{0.2, 1000, 1500}, 4.6600202242403088075e-116},
                  });
}

TEST(Distributions, BetaUpper) {
  expectAgreement("betaUpper", [](const auto& x) { return betaUpper(x[0], x[1], x[2]); },
                  {
                      {{0.9999, 2, 5}, 5.9994999999966963067e-20},
                      {{0.3, 2, 5}, 4.2017500000000002399e-1},
                      {{0.6, 1000, 1500}, 1.7551110513378706941e-90},
                  });
}

TEST(Distributions, BetaQuantile) {
  expectAgreement("betaQuantile", [](const auto& x) { return betaQuantile(x[0], x[1], x[2]); },
                  {
                      {{0.025, 3, 8}, 6.6739511177734468518e-2},
                      {{0.975, 4, 7}, 6.5245285005999724103e-1},
                      {{0.025, 1, 100}, 2.5314603297742064807e-4},
                      {{0.975, 0.5, 0.5}, 9.9845866686656398536e-1},
                      {{1e-06, 20, 30}, 1.2860994181679573423e-1},
                      {{0.025, 90, 10}, 8.3443102425798968826e-1},
                  });
}

TEST(Distributions, LogGamma) {
  expectAgreement("logGamma", [](const auto& x) { return logGamma(x[0]); },
                  {
                      {{1e-10}, 2.3025850929882735237e1},
                      {{0.5}, 5.7236494292470008707e-1},
                      {{0.99}, 5.8548067647097814532e-3},
                      {{1.5}, -1.2078223763524522235e-1},
                      {{2.5}, 2.8468287047291915963e-1},
                      {{7}, 6.5792512120101009951},
                      {{171.5}, 7.0914316303092824227e2},
                      {{1000000}, 1.281550456914761166e7},
                      {{1000000000000000}, 3.353877639491066891e16},
                      {{-0.5}, 1.2655121234846453965},
                      {{-2.5}, -5.6243716497674050673e-2},
                  });
}

TEST(Distributions, Digamma) {
  expectAgreement("digamma", [](const auto& x) { return digamma(x[0]); },
                  {
                      {{1e-08}, -1.0000000057721564636e8},
                      {{0.1}, -1.0423754940411076232e1},
                      {{0.5}, -1.9635100260214234794},
                      {{1}, -5.7721566490153286061e-1},
                      {{1.4616}, -3.1106251230341649658e-5},
                      {{1.5}, 3.6489973978576520559e-2},
                      {{3}, 9.2278433509846713939e-1},
                      {{10}, 2.2517525890667211076},
                      {{100.5}, 4.6051743525818452119},
                      {{100000000}, 1.8420680738952365464e1},
                      {{-0.5}, 3.6489973978576520559e-2},
                      {{-3.3}, 3.6203534605921257857},
                  });
}

TEST(Distributions, Trigamma) {
  expectAgreement("trigamma", [](const auto& x) { return trigamma(x[0]); },
                  {
                      {{1e-08}, 1.0000000000000001226e16},
                      {{0.1}, 1.014332991507927477e2},
                      {{0.5}, 4.9348022005446793094},
                      {{1}, 1.6449340668482264365},
                      {{1.5}, 9.3480220054467930942e-1},
                      {{3}, 3.9493406684822643647e-1},
                      {{10}, 1.0516633568168574612e-1},
                      {{100.5}, 9.9999166695831027116e-3},
                      {{100000000}, 1.0000000050000000167e-8},
                      {{-0.5}, 8.9348022005446793094},
                      {{-3.3}, 1.481773952551592878e1},
                  });
}

TEST(Distributions, LogPoisson) {
  expectAgreement("logPoisson", [](const auto& x) { return logPoisson(x[0], x[1]); },
                  {
                      {{0, 3.2}, -3.2000000000000001776},
                      {{1, 1e-09}, -2.0723265837946411094e1},
                      {{5, 5.5}, -1.763751281589919821},
                      {{20, 3}, -2.3363370687391291202e1},
                      {{1000, 1010}, -4.4225686528582139759},
                      {{3, 800}, -7.8173792428622427311e2},
                      {{100000000, 100010000}, -1.0629245575180655495e1},
                      {{7, 1e-300}, -4.8439538566485613506e3},
                      {{16, 16}, -2.3104405502441730011},
                  });
}

TEST(Distributions, LogNegativeBinomial) {
  expectAgreement("logNegativeBinomial", [](const auto& x) { return logNegativeBinomial(x[0], x[1], x[2]); },
                  {
                      {{0, 1.5, 3}, -1.6479184330021645371},
                      {{0, 1000000000, 3}, -2.999999995500000009},
                      {{4, 1.5, 3}, -2.3692364905288061684},
                      {{4, 0.01, 3}, -6.0435811476692875752},
                      {{50, 2.2, 10}, -9.0875103334188723344},
                      {{3, 1000000000000, 2.5}, -1.5428872736069648053},
                      {{3, 100000, 2.5}, -1.5429010234389259979},
                      {{100000, 5.5, 120000}, -1.1680750119083800526e1},
                      {{1, 1e-05, 0.001}, -1.1522921947028564834e1},
                      {{2, 10000000, 100000000}, -2.3978921375559843693e7},
                  });
}

TEST(Distributions, LogBinomial) {
  expectAgreement("logBinomial", [](const auto& x) { return logBinomial(x[0], x[1], x[2]); },
                  {
                      {{0, 10, 0.3}, -3.5667494393873236305},
                      {{10, 10, 0.3}, -1.2039728043259360296e1},
                      {{3, 10, 0.3}, -1.321151277766888636},
                      {{500, 1000, 0.5}, -3.6799189920941293417},
                      {{5, 1000000, 5e-06}, -1.7402996806057107692},
                      {{99, 100, 0.999}, -2.4016346260188147004},
                  });
}

TEST(Distributions, TailsAndBodiesAddUp) {
  for (double z : {-3.0, -0.5, 0.0, 1.2}) {
    EXPECT_NEAR(normalCdf(z) + normalUpper(z), 1, 1e-15);
    EXPECT_DOUBLE_EQ(normalTwoSided(z), 2 * normalUpper(std::abs(z)));
    for (double df : {0.5, 3.0, 40.0}) {
      EXPECT_NEAR(studentTCdf(z, df) + studentTUpper(z, df), 1, 1e-15);
      EXPECT_NEAR(studentTTwoSided(z, df), 2 * studentTUpper(std::abs(z), df), 1e-15);
    }
  }
  for (double x : {0.01, 1.0, 7.0}) {
    EXPECT_NEAR(chiSquaredCdf(x, 3) + chiSquaredUpper(x, 3), 1, 1e-15);
    EXPECT_NEAR(fCdf(x, 3, 7) + fUpper(x, 3, 7), 1, 1e-15);
  }
}

TEST(Distributions, SmallTailsAreNeverOneMinusTheOther) {
  EXPECT_EQ(normalUpper(38), normalCdf(-38));
  EXPECT_GT(normalTwoSided(38), 0);
  EXPECT_GT(studentTCdf(-1e40, 7), 0);
  EXPECT_GT(chiSquaredCdf(1e-200, 1), 0);
  EXPECT_GT(fCdf(1e-200, 2, 9), 0);
}

TEST(Distributions, QuantilesInvert) {
  for (double p : {1e-80, 1e-12, 1e-3, 0.3, 0.5, 0.77, 0.999}) {
    EXPECT_NEAR(normalCdf(normalQuantile(p)) / p, 1, 1e-12) << p;
    for (double df : {0.6, 1.0, 2.0, 7.5, 300.0, 3000.0}) {
      EXPECT_NEAR(studentTCdf(studentTQuantile(p, df), df) / p, 1, 1e-11) << p << ' ' << df;
      EXPECT_NEAR(chiSquaredCdf(chiSquaredQuantile(p, df), df) / p, 1, 1e-11) << p << ' ' << df;
      EXPECT_NEAR(fCdf(fQuantile(p, df, 12), df, 12) / p, 1, 1e-11) << p << ' ' << df;
    }
  }
  EXPECT_NEAR(normalCritical(0.95), 1.959963984540054, 1e-15);
  // From tails that no double of t reaches (t is infinite then) to the middle.
  for (double p : {1e-300, 1e-100, 1e-20, 1e-6, 0.025, 0.2499, 0.25, 0.2501, 0.4, 0.499999}) {
    for (double df : {0.01, 0.1, 0.6, 1.5, 4.0, 30.0, 1e3, 1e7}) {
      const double t = studentTQuantile(p, df);
      if (std::isinf(t)) {
        EXPECT_GT(studentTCdf(-1e308, df), p) << p << ' ' << df;
      } else {
        EXPECT_NEAR(studentTCdf(t, df) / p, 1, 1e-11) << p << ' ' << df;
      }
    }
  }
}

TEST(Distributions, BinomialIsTheSumOfItsProbabilities) {
  for (double p : {0.02, 0.4, 0.9}) {
    double sum = 0;
    for (int k = 0; k <= 30; ++k) {
      sum += std::exp(logBinomial(k, 30, p));
      EXPECT_NEAR(binomialCdf(k, 30, p), sum, 1e-13);
      EXPECT_NEAR(binomialUpper(k, 30, p), 1 - sum, 1e-13);
    }
  }
}

TEST(Distributions, NaNGoesThrough) {
  for (double value : {normalCdf(nan),
                       normalUpper(nan),
                       normalTwoSided(nan),
                       normalQuantile(nan),
                       studentTCdf(nan, 3),
                       studentTTwoSided(1, nan),
                       studentTQuantile(nan, 3),
                       studentTQuantile(0.5, nan),
                       chiSquaredUpper(nan, 1),
                       chiSquaredUpper(1, nan),
                       chiSquaredQuantile(nan, 1),
                       chiSquaredQuantile(0.5, nan),
                       fUpper(nan, 1, 1),
                       fUpper(1, nan, 1),
                       fUpper(1, 1, nan),
                       fQuantile(nan, 1, 1),
                       betaCdf(nan, 1, 1),
                       betaQuantile(nan, 1, 1),
                       binomialCdf(nan, 3, 0.5),
                       binomialUpper(1, nan, 0.5),
                       logGamma(nan),
                       digamma(nan),
                       trigamma(nan),
                       logPoisson(nan, 1),
                       logPoisson(1, nan),
                       logNegativeBinomial(1, nan, 1),
                       logNegativeBinomial(1, 1, nan),
                       logBinomial(1, 3, nan)}) {
    EXPECT_TRUE(std::isnan(value));
  }
}

TEST(Distributions, DegenerateArgumentsAnswerAsR) {
  EXPECT_EQ(normalCdf(-infinity), 0);
  EXPECT_EQ(normalUpper(-infinity), 1);
  EXPECT_EQ(normalTwoSided(infinity), 0);
  EXPECT_EQ(normalQuantile(0), -infinity);
  EXPECT_EQ(normalQuantile(1), infinity);
  EXPECT_TRUE(std::isnan(normalQuantile(1.1)));
  EXPECT_EQ(normalQuantile(0.5), 0);

  EXPECT_TRUE(std::isnan(studentTTwoSided(1, 0)));
  EXPECT_EQ(studentTTwoSided(infinity, 3), 0);
  EXPECT_EQ(studentTCdf(-infinity, 3), 0);
  EXPECT_EQ(studentTCdf(infinity, 3), 1);
  EXPECT_EQ(studentTCdf(0, 3), 0.5);
  EXPECT_EQ(studentTTwoSided(1.5, infinity), normalTwoSided(1.5));
  EXPECT_EQ(studentTQuantile(0.3, infinity), normalQuantile(0.3));
  EXPECT_EQ(studentTQuantile(1, 3), infinity);
  EXPECT_EQ(studentTQuantile(0.5, 3), 0);

  EXPECT_EQ(chiSquaredUpper(0, 0), 1);  // pchisq(0, 0, lower.tail = FALSE)
  EXPECT_EQ(chiSquaredUpper(1, 0), 0);
  EXPECT_EQ(chiSquaredCdf(0, 0), 0);
  EXPECT_EQ(chiSquaredCdf(1, 0), 1);
  EXPECT_TRUE(std::isnan(chiSquaredUpper(1, -1)));
  EXPECT_EQ(chiSquaredUpper(0, 2), 1);
  EXPECT_EQ(chiSquaredUpper(-1, 2), 1);
  EXPECT_EQ(chiSquaredUpper(infinity, 2), 0);
  EXPECT_EQ(chiSquaredQuantile(1, 2), infinity);
  EXPECT_EQ(chiSquaredQuantile(0, 2), 0);

  EXPECT_TRUE(std::isnan(fUpper(1, 0, 5)));
  EXPECT_TRUE(std::isnan(fUpper(1, 5, 0)));
  EXPECT_EQ(fUpper(infinity, 2, 5), 0);
  EXPECT_EQ(fUpper(0, 2, 5), 1);
  EXPECT_EQ(fUpper(3, 2, infinity), chiSquaredUpper(6, 2));
  EXPECT_EQ(fCdf(3, infinity, 4), chiSquaredUpper(4.0 / 3, 4));
  EXPECT_EQ(fUpper(1, infinity, infinity), 0.5);
  EXPECT_EQ(fUpper(2, infinity, infinity), 0);
  EXPECT_EQ(fCdf(2, infinity, infinity), 1);
  EXPECT_EQ(fQuantile(0.9, 3, infinity), chiSquaredQuantile(0.9, 3) / 3);

  EXPECT_EQ(betaCdf(0.3, 0, 2), 1);
  EXPECT_EQ(betaCdf(0.3, 2, 0), 0);
  EXPECT_EQ(betaUpper(0.3, 2, 0), 1);
  EXPECT_EQ(betaCdf(0.3, 0, 0), 0.5);
  EXPECT_EQ(betaQuantile(0, 2, 3), 0);
  EXPECT_EQ(binomialCdf(-1, 3, 0.5), 0);
  EXPECT_EQ(binomialUpper(3, 3, 0.5), 0);
  EXPECT_EQ(binomialCdf(1, 3, 0), 1);
  EXPECT_EQ(binomialCdf(1, 3, 1), 0);

  EXPECT_EQ(logGamma(0), infinity);
  EXPECT_EQ(logGamma(-2), infinity);
  EXPECT_TRUE(std::isnan(digamma(-1)));
  EXPECT_EQ(trigamma(0), infinity);
  EXPECT_EQ(trigamma(infinity), 0);
  EXPECT_EQ(digamma(infinity), infinity);

  EXPECT_EQ(logPoisson(0, 0), 0);
  EXPECT_EQ(logPoisson(1, 0), -infinity);
  EXPECT_EQ(logPoisson(1.5, 2), -infinity);
  EXPECT_EQ(logPoisson(-1, 2), -infinity);
  EXPECT_EQ(logNegativeBinomial(3, infinity, 2), logPoisson(3, 2));
  EXPECT_EQ(logNegativeBinomial(0, 2, 0), 0);
  EXPECT_EQ(logBinomial(4, 3, 0.5), -infinity);
  EXPECT_EQ(logBinomial(0, 3, 0), 0);
}

}  // namespace
}  // namespace bedside::numerics
