# Makes survival-further.json: figures beyond the suites, of weights, pairs, landmarks and odd times.
# Rscript --vanilla survival-further.R (in this folder); R's survival does all of it, jsonlite is not needed.
suppressPackageStartupMessages(library(survival))
read <- function(name) read.csv(file.path("data", name))

cases <- character()
number <- function(x) ifelse(is.nan(x) | is.na(x), "\"NaN\"", format(x, digits = 15, trim = TRUE, scientific = NA))
value <- function(x) {
  x <- unname(x)
  text <- if (is.character(x)) paste0("\"", x, "\"") else vapply(as.numeric(x), number, "")
  if (length(x) == 1) text else paste0("[", paste(text, collapse = ", "), "]")
}
# `expect`: a named list, path to figure.
case <- function(id, data, analysis, spec, expect, source) {
  rows <- paste0("    { \"path\": \"", names(expect), "\", \"value\": ", vapply(expect, value, ""), " }")
  cases <<- c(cases, paste0("  {\n   \"id\": \"", id, "\",\n   \"data\": \"", data, "\",\n   \"analysis\": \"", analysis,
                            "\",\n   \"spec\": ", spec, ",\n   \"source\": \"", source, "\",\n   \"expect\": [\n",
                            paste(rows, collapse = ",\n"), "\n   ]\n  }"))
}
put <- function(list, path, figures) {
  names(figures) <- paste0(path, names(figures))
  c(list, figures)
}
# Every 40th element of the long vectors, and the last.
sampled <- function(figures) {
  out <- list()
  for (name in names(figures)) {
    x <- figures[[name]]
    at <- if (length(x) == 1) 0 else unique(c(seq(1, length(x), 40), length(x)))
    for (i in at) out[[if (i == 0) name else paste0(name, "[", i - 1, "]")]] <- x[max(i, 1)]
  }
  out
}

# One curve of survfit as the fields of kaplanMeier; the restricted mean from `start` to `tau`.
curve <- function(fit, weights, start, tau) {
  inside <- fit$time > start & fit$time < tau
  knots <- c(start, fit$time[inside], tau)
  before <- summary(fit, times = start, extend = TRUE)$surv
  list(time = fit$time, nRisk = fit$n.risk, nEvent = fit$n.event, nCensor = fit$n.censor, survival = fit$surv,
       se = ifelse(fit$surv == 0, NaN, if (fit$logse) fit$std.err * fit$surv else fit$std.err),
       ciLow = fit$lower, ciHigh = fit$upper, median = unname(quantile(fit, 0.5)$quantile),
       rmst = sum(diff(knots) * c(before, fit$surv[inside])),
       rmstSe = sqrt(sum((weights * residuals(fit, times = tau, type = "rmst", weighted = FALSE))^2)))
}

colon <- read("surv-colon.csv")

# Kaplan–Meier and Nelson–Aalen with fractional weights.
for (type in c("log", "log-log", "plain")) {
  expect <- list()
  for (site in 1:2) {
    some <- colon[colon$sex == site - 1, ]
    some <- some[some$time >= 300, ]
    fit <- survfit(Surv(time, status) ~ 1, some, weights = wt, conf.type = type, conf.int = 0.9)
    # residuals() integrates from 0: the curve is 1 until the landmark, so the error is the same.
    expect <- put(expect, paste0("curves[", site - 1, "]."), sampled(curve(fit, some$wt, 300, 2000)))
  }
  case(paste0("km-weights-landmark-", type), "surv-colon.csv", "kaplanMeier",
       paste0('{ "time": "time", "event": "status", "group": "sex", "weights": "wt", "landmark": 300, "tau": 2000, "ciType": "',
              type, '", "confLevel": 0.9 }'),
       expect, paste0("survfit(Surv(time, status) ~ sex, weights = wt, conf.type = '", type, "', conf.int = 0.9), robust"))
}

hazard <- function(fit, z) list(
  time = fit$time, nRisk = fit$n.risk, nEvent = fit$n.event, cumulativeHazard = fit$cumhaz, se = fit$std.chaz,
  ciLow = pmax(0, fit$cumhaz - z * fit$std.chaz), ciHigh = fit$cumhaz + z * fit$std.chaz)
z <- qnorm(0.975)
for (weights in c("wt", "freq")) {
  expect <- list()
  for (site in 1:2) {
    some <- colon[colon$sex == site - 1, ]
    some$w <- some[[weights]]
    if (weights == "freq") some <- cbind(some[rep(seq_len(nrow(some)), some$freq), setdiff(names(some), "w")], w = 1)
    fit <- survfit(Surv(time, status) ~ 1, some, weights = w, ctype = 1)
    expect <- put(expect, paste0("curves[", site - 1, "]."), sampled(hazard(fit, z)))
  }
  case(paste0("na-weights-", weights), "surv-colon.csv", "nelsonAalen",
       paste0('{ "time": "time", "event": "status", "group": "sex", "weights": "', weights, '" }'), expect,
       if (weights == "wt") "survfit(weights = wt)$std.chaz, robust" else "survfit of repeated rows")
}

# Log-rank by pairs.
pairs <- function(levels, test) {
  expect <- list()
  ps <- numeric()
  at <- 0
  for (a in seq_len(length(levels) - 1)) for (b in (a + 1):length(levels)) {
    found <- test(levels[c(a, b)])
    expect <- put(expect, paste0("pairwise[", at, "]."), list(a = levels[a], b = levels[b], statistic = found[1], p = found[2]))
    ps <- c(ps, found[2])
    at <- at + 1
  }
  holm <- p.adjust(ps, "holm")
  for (i in seq_along(holm)) expect <- put(expect, paste0("pairwise[", i - 1, "]."), list(pHolm = holm[i]))
  expect
}
chi <- function(statistic, df) c(statistic, pchisq(statistic, df, lower.tail = FALSE))

# coxph's robust score statistic is that of Breslow ties and weighted counts.
robust <- function(data, formula) {
  fit <- coxph(formula, data, weights = wt, robust = TRUE, ties = "breslow", iter.max = 0, init = 0 * seq_len(length(unique(data$g)) - 1))
  unname(fit$rscore)
}
v <- colon
v$g <- v$rx
levels <- sort(unique(v$g))
overall <- chi(robust(v, Surv(time, status) ~ g), 2)
case("lr-weights-fractional", "surv-colon.csv", "logRank",
     '{ "time": "time", "event": "status", "group": "rx", "weights": "wt" }',
     c(list(statistic = overall[1], df = 2, p = overall[2]),
       pairs(levels, function(two) chi(robust(v[v$g %in% two, ], Surv(time, status) ~ g), 1))),
     "coxph(Surv(time, status) ~ rx, weights = wt, robust = TRUE, ties = 'breslow')$rscore at 0; p.adjust('holm')")

v <- colon[rep(seq_len(nrow(colon)), colon$freq), ]
rho <- function(two) {
  fit <- survdiff(Surv(time, status) ~ extent + strata(rx, sex), v[v$extent %in% two, ], rho = 1)
  chi(fit$chisq, length(two) - 1)
}
levels <- sort(unique(v$extent))
overall <- rho(levels)
case("lr-weights-whole-strata-rho", "surv-colon.csv", "logRank",
     '{ "time": "time", "event": "status", "group": "extent", "strata": ["rx", "sex"], "rho": 1, "weights": "freq" }',
     {
       expect <- pairs(levels, rho)
       for (i in grep("[.][ab]$", names(expect))) expect[[i]] <- as.character(expect[[i]])
       c(list(statistic = overall[1], df = length(levels) - 1, p = overall[2]), expect)
     },
     "survdiff(Surv(time, status) ~ extent + strata(rx, sex), rho = 1) on repeated rows; p.adjust('holm')")

# The overall test of kaplanMeier takes the weights too.
case("km-weights-log-rank", "surv-colon.csv", "kaplanMeier",
     '{ "time": "time", "event": "status", "group": "sex", "weights": "wt" }',
     {
       v <- colon
       v$g <- v$sex
       overall <- chi(robust(v, Surv(time, status) ~ g), 1)
       list(logRank.statistic = overall[1], logRank.df = 1, logRank.p = overall[2])
     },
     "coxph(robust = TRUE, ties = 'breslow')$rscore at 0")

writeLines(c("{", " \"suite\": \"survival-further\",",
             paste0(" \"made\": \"R ", R.version$major, ".", R.version$minor, ", survival ", packageVersion("survival"), "\","),
             " \"cases\": [", paste(cases, collapse = ",\n"), " ]", "}"), "survival-further.json")
