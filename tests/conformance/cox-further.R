# Reference figures for Cox models beyond the shared suites: residuals of every kind and predicted survival, with heavy
# ties, weights, strata, clusters, late entry. Writes cox-further.json and its data beside this file.
#
#   Rscript tests/conformance/cox-further.R
library(survival)

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))

# ---- Data: lung cancer patients counted in months, so that many times are tied; some enter late ------------------

lung <- read.csv(file.path(here, "data/surv-lung.csv"))
months <- data.frame(
  month = ceiling(lung$time / 30.4375),
  died = ifelse(lung$status == 2, "yes", "no"),
  age = lung$age,
  sex = ifelse(lung$sex == 1, "male", "female"),
  ecog = lung$ph.ecog,
  loss = lung$wt.loss,
  inst = lung$inst,
  copies = 1 + seq_len(nrow(lung)) %% 3,
  share = 0.25 + (seq_len(nrow(lung)) * 7 %% 11) / 8)
months$entry <- pmin(months$month - 1, (seq_len(nrow(lung)) * 5) %% 4)
# Two neighbours in the last bit, which R's timefix takes for one time.
months$exact <- months$month / 10
months$bits <- sprintf("%.17g", ifelse(seq_len(nrow(lung)) %% 2 == 0, months$month / 10, months$month * 0.1))
write.csv(months, file.path(here, "data/surv-months.csv"), row.names = FALSE, quote = FALSE, na = "")
months <- read.csv(file.path(here, "data/surv-months.csv"))
months$status <- as.numeric(months$died == "yes")
months$gender <- relevel(factor(months$sex), "male")
months$copies <- as.numeric(months$copies)  # cox.zph takes no integers

# ---- Writing -----------------------------------------------------------------------------------------------------

cases <- list()
number <- function(x) {
  if (is.nan(x)) '"NaN"' else if (is.na(x)) "null" else if (is.infinite(x)) if (x > 0) '"Infinity"' else '"-Infinity"'
  else format(x, digits = 15)
}
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    if (is.null(names(x))) return(paste0("[", paste(vapply(x, json, ""), collapse = ", "), "]"))
    return(paste0("{ ", paste0('"', names(x), '": ', vapply(x, json, ""), collapse = ", "), " }"))
  }
  one <- if (is.character(x)) paste0('"', gsub('"', '\\\\"', x), '"') else if (is.logical(x)) tolower(x) else vapply(x, number, "")
  if (length(one) == 1 && is.null(attr(x, "vector"))) one else paste0("[", paste(one, collapse = ", "), "]")
}
vector_of <- function(x) structure(x, vector = TRUE)
is <- function(path, value, rtol = NULL, atol = NULL) {
  c(list(path = path, value = value), if (!is.null(rtol)) list(rtol = rtol), if (!is.null(atol)) list(atol = atol))
}
case <- function(id, analysis, spec, source, ...) {
  cases[[length(cases) + 1]] <<- list(id = id, data = "surv-months.csv", analysis = analysis, spec = spec,
                                      expect = list(...), source = source)
}

# R stops at a relative change of 1e-9 in the likelihood; the figures compared are those of the maximum.
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)

# What a fit has, by the path at which a result holds it.
figures <- function(fit, robust = FALSE) {
  s <- summary(fit)
  rows <- s$coefficients
  out <- list()
  add <- function(...) out[[length(out) + 1]] <<- is(...)
  se <- if (robust) "robust se" else "se(coef)"
  for (j in seq_len(nrow(rows))) {
    at <- function(field) sprintf("terms[%d].%s", j - 1, field)
    add(at("estimate"), rows[j, "coef"], atol = 1e-8)
    add(at("se"), rows[j, "se(coef)"], atol = 1e-8)
    add(at("robustSe"), if (robust) rows[j, "robust se"] else NULL, atol = 1e-8)
    add(at("statistic"), rows[j, "z"], atol = 1e-7)
    add(at("p"), rows[j, "Pr(>|z|)"], rtol = 1e-5, atol = 1e-300)
  }
  add("n", fit$n)
  add("events", fit$nevent)
  add("model.logLik", fit$loglik[2])
  add("model.nullLogLik", fit$loglik[1])
  add("model.scoreStatistic", fit$score)
  add("model.waldStatistic", fit$wald.test)
  add("model.concordance", unname(fit$concordance["concordance"]))
  add("model.concordanceSe", unname(fit$concordance["std"]))
  zph <- cox.zph(fit, transform = "km", terms = TRUE)$table
  for (i in seq_len(nrow(zph))) {
    at <- if (rownames(zph)[i] == "GLOBAL") "phTest.global." else sprintf("phTest.terms[%d].", i - 1)
    add(paste0(at, "statistic"), zph[i, "chisq"])
    add(paste0(at, "df"), zph[i, "df"])
    add(paste0(at, "p"), zph[i, "p"], rtol = 1e-5, atol = 1e-300)
  }
  base <- basehaz(fit, centered = FALSE)
  strata <- if (is.null(base$strata)) rep(1, nrow(base)) else base$strata
  groups <- split(base, factor(strata, unique(strata)))
  for (g in seq_along(groups)) {
    add(sprintf("baseline[%d].time", g - 1), vector_of(groups[[g]]$time))
    add(sprintf("baseline[%d].cumulativeHazard", g - 1), vector_of(groups[[g]]$hazard), atol = 1e-8)
  }
  out
}

# Residuals of the kinds asked for. `atol` follows the size of the column: what a coefficient's last digits move.
residuals_of <- function(fit, kinds) {
  out <- list()
  add <- function(...) out[[length(out) + 1]] <<- is(...)
  rows <- as.integer(names(fit$residuals)) - 1
  add("rows", if (is.null(fit$na.action)) NULL else vector_of(rows))
  fit$na.action <- NULL
  for (kind in kinds) {
    if (kind %in% c("martingale", "deviance")) {
      add(paste0("residuals.", kind), vector_of(unname(residuals(fit, kind))), atol = 1e-8)
      next
    }
    values <- as.matrix(residuals(fit, switch(kind, scaledSchoenfeld = "scaledsch", kind)))
    for (j in seq_len(ncol(values))) {
      add(sprintf("residuals.%s[%d]", kind, j - 1), vector_of(unname(values[, j])), atol = 1e-7 * max(abs(values[, j])))
    }
    if (kind != "dfbeta") add("residuals.times", vector_of(as.numeric(rownames(values))))
  }
  for (kind in setdiff(c("martingale", "deviance", "schoenfeld", "scaledSchoenfeld", "dfbeta"), kinds)) {
    add(paste0("residuals.", kind), NULL)
  }
  out
}

all_kinds <- c("martingale", "deviance", "schoenfeld", "scaledSchoenfeld", "dfbeta")
model_case <- function(id, spec, source, fit, robust = FALSE, kinds = NULL) {
  if (!is.null(kinds)) spec$residuals <- as.list(kinds)
  expect <- c(figures(fit, robust), if (!is.null(kinds)) residuals_of(fit, kinds) else list(is("residuals", NULL)))
  do.call(case, c(list(id, "cox", spec, source), expect))
}

# ---- Models and residuals ----------------------------------------------------------------------------------------

base_spec <- list(time = "month", event = "died")
with_fields <- function(...) c(base_spec, list(...))

for (ties in c("efron", "breslow")) {
  model_case(paste0("months-ties-missing-", ties),
             with_fields(predictors = list("age", "sex", "loss"), ties = ties),
             sprintf("coxph(Surv(month, status) ~ age + sex + loss, ties = \"%s\"); residuals()", ties),
             coxph(Surv(month, status) ~ age + sex + loss, months, ties = ties, control = tight), kinds = all_kinds)
  model_case(paste0("months-late-entry-strata-", ties),
             with_fields(start = "entry", predictors = list("age", "sex"), strata = list("ecog"), ties = ties),
             sprintf("coxph(Surv(entry, month, status) ~ age + sex + strata(ecog), ties = \"%s\"); residuals()", ties),
             coxph(Surv(entry, month, status) ~ age + sex + strata(ecog), months, ties = ties, control = tight),
             kinds = all_kinds)
}

model_case("months-whole-weights",
           with_fields(predictors = list("age", "ecog"), categorical = list("ecog"), weights = "copies"),
           "coxph(Surv(month, status) ~ age + factor(ecog), weights = copies); residuals()",
           coxph(Surv(month, status) ~ age + factor(ecog), months, weights = copies, control = tight),
           kinds = all_kinds)

model_case("months-fractional-weights-strata",
           with_fields(predictors = list("age", "ecog"), strata = "sex", weights = "share"),
           "coxph(Surv(month, status) ~ age + ecog + strata(sex), weights = share); residuals()",
           coxph(Surv(month, status) ~ age + ecog + strata(sex), months, weights = share, control = tight),
           robust = TRUE, kinds = all_kinds)

model_case("months-late-entry-weights-cluster",
           with_fields(start = "entry", predictors = list("age", "sex", "ecog"), weights = "share", cluster = "inst"),
           "coxph(Surv(entry, month, status) ~ age + sex + ecog, weights = share, cluster = inst); residuals()",
           coxph(Surv(entry, month, status) ~ age + sex + ecog, months, weights = share, cluster = inst, control = tight),
           robust = TRUE, kinds = c("martingale", "schoenfeld", "dfbeta"))

model_case("months-two-strata-formula",
           list(formula = "Surv(month, died) ~ age * loss + strata(sex) + strata(ecog)", ties = "breslow"),
           "coxph(Surv(month, status) ~ age * loss + strata(sex, ecog), ties = \"breslow\")",
           coxph(Surv(month, status) ~ age * loss + strata(sex, ecog), months, ties = "breslow", control = tight))

model_case("months-times-equal-but-for-rounding",
           list(time = "bits", event = "died", predictors = list("age", "sex")),
           "coxph(Surv(bits, status) ~ age + sex): timefix makes the times those of month / 10",
           coxph(Surv(exact, status) ~ age + sex, months, control = tight), kinds = "schoenfeld")

# ---- Predictions -------------------------------------------------------------------------------------------------

predict_case <- function(id, spec, source, fit, at, times, conf = 0.95, newdata = at) {
  spec$at <- lapply(seq_len(nrow(at)), function(i) as.list(at[i, , drop = FALSE]))
  spec$times <- vector_of(times)
  expect <- list(is("n", fit$n), is("curves.length", nrow(at)))
  for (i in seq_len(nrow(at))) {
    curve <- survfit(fit, newdata = newdata[i, , drop = FALSE], conf.type = "log", conf.int = conf)
    sorted <- summary(curve, times = sort(unique(times)), extend = TRUE)
    place <- match(times, sort(unique(times)))
    before <- times < min(curve$time)
    add <- function(field, value, start) {
      value[before] <- start
      expect[[length(expect) + 1]] <<- is(sprintf("curves[%d].%s", i - 1, field), vector_of(value), atol = 1e-8)
    }
    add("time", times, times[before])
    add("survival", sorted$surv[place], 1)
    add("se", sorted$std.err[place], 0)
    add("ciLow", sorted$lower[place], 1)
    add("ciHigh", sorted$upper[place], 1)
    for (name in names(at)) {
      expect[[length(expect) + 1]] <- is(sprintf("curves[%d].at.%s", i - 1, name), at[i, name])
    }
  }
  do.call(case, c(list(id, "predictSurvival", spec, source), expect))
}

for (ties in c("efron", "breslow")) {
  predict_case(paste0("predict-factor-interaction-", ties),
               with_fields(predictors = list("age", "sex", "age:sex"), ties = ties, reference = list(sex = "male")),
               sprintf("survfit(coxph(Surv(month, status) ~ age * sex, ties = \"%s\"), newdata)", ties),
               coxph(Surv(month, status) ~ age * gender, months, ties = ties, control = tight),
               data.frame(age = c(50, 71.5), sex = c("female", "male")), c(24, 0, 6, 12, 100),
               newdata = data.frame(age = c(50, 71.5), gender = c("female", "male")))
}
predict_case("predict-strata-late-entry",
             with_fields(start = "entry", predictors = list("age", "loss"), strata = list("sex")),
             "survfit(coxph(Surv(entry, month, status) ~ age + loss + strata(sex)), newdata)",
             coxph(Surv(entry, month, status) ~ age + loss + strata(sex), months, control = tight),
             data.frame(age = c(60, 60), loss = c(0, 20), sex = c("male", "female")), c(3, 12, 24, 0.5))
predict_case("predict-robust-weights",
             with_fields(predictors = list("age", "ecog"), categorical = list("ecog"), weights = "share", confLevel = 0.9),
             "survfit(coxph(Surv(month, status) ~ age + factor(ecog), weights = share), newdata, conf.int = 0.9)",
             coxph(Surv(month, status) ~ age + factor(ecog), months, weights = share, control = tight),
             data.frame(age = c(65, 40), ecog = c(0, 2)), c(6, 12, 18), conf = 0.9)
predict_case("predict-robust-cluster-strata",
             with_fields(predictors = list("age", "loss"), cluster = "inst", strata = "sex"),
             "survfit(coxph(Surv(month, status) ~ age + loss + strata(sex), cluster = inst), newdata)",
             coxph(Surv(month, status) ~ age + loss + strata(sex), months, cluster = inst, control = tight),
             data.frame(age = c(65, 40), loss = c(10, 3), sex = c("female", "male")), c(12, 6, 6))

# ---- File --------------------------------------------------------------------------------------------------------

head <- sprintf('{\n "suite": "cox-further",\n "made": "R %s.%s, survival %s",\n "cases": [\n', R.version$major,
                R.version$minor, packageVersion("survival"))
body <- vapply(cases, function(one) {
  expect <- paste0("    ", vapply(one$expect, json, ""), collapse = ",\n")
  one$expect <- NULL
  paste0("  { ", paste0('"', names(one), '": ', vapply(one, json, ""), collapse = ",\n    "),
         ',\n    "expect": [\n', expect, "\n    ]\n  }")
}, "")
writeLines(paste0(head, paste(body, collapse = ",\n"), "\n ]\n}"), file.path(here, "cox-further.json"))
