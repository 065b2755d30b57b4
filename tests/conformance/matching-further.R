# Figures of matching-further.json, beside those of the suites of matching: distribution functions and pair distances
# as summary.matchit has them, Mahalanobis matching, optimal matching as a linear programme, effects after weighting.
# Rscript matching-further.R > matching-further.json, in this folder, with MatchIt, lpSolve and survey.
suppressPackageStartupMessages({library(MatchIt); library(lpSolve); library(survey)})
options(digits = 15, warn = -1)

read <- function(file) read.csv(file.path("data", file), stringsAsFactors = TRUE)
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x) && !is.null(names(x))) return(sprintf("{%s}", paste0('"', names(x), '":', sapply(x, json), collapse = ",")))
  if (is.list(x)) return(sprintf("[%s]", paste(sapply(x, json), collapse = ",")))
  one <- function(v) if (is.character(v)) sprintf('"%s"', v) else if (is.logical(v)) tolower(v) else
    if (is.nan(v) || is.na(v)) '"NaN"' else format(v, digits = 15, trim = TRUE)
  if (length(x) == 1 && !inherits(x, "AsIs")) one(x) else sprintf("[%s]", paste(sapply(unclass(x), one), collapse = ","))
}
at <- function(path, value) list(path = path, value = value)
cases <- list()
add <- function(id, data, analysis, spec, source, ...) {
  cases[[length(cases) + 1]] <<- list(id = id, data = data, analysis = analysis, spec = spec,
                                      expect = do.call(c, list(...)), source = source)
}
formulaOf <- function(treatment, covariates) reformulate(covariates, treatment)

## Balance of greedy matching
lalonde <- c("age", "educ", "race", "married", "nodegree", "re74", "re75")
# Pairs by the definition (MatchIt 4.5.1 takes a shortcut for a vector of scores that misses the nearest control at times,
# and does not survive a matrix of distances with replacement); weights and balance are MatchIt's, from those pairs.
balance <- function(id, extra, ratio = 1, replace = FALSE) {
  d <- read("surv-lalonde-unique.csv")
  logit <- unname(predict(glm(formulaOf("treat", lalonde), binomial, d, control = glm.control(1e-14, 100))))
  treated <- which(d$treat == 1); free <- d$treat == 0
  mm <- matrix(NA_character_, length(treated), ratio, dimnames = list(treated, NULL))
  for (round in seq_len(ratio)) for (i in order(-logit[treated])) {
    gap <- ifelse(free & !(seq_along(logit) %in% mm[i, ]), abs(logit - logit[treated[i]]), Inf)
    if (min(gap) > .2 * sd(logit)) next
    mm[i, round] <- which.min(gap)
    if (!replace) free[which.min(gap)] <- FALSE
  }
  treat <- setNames(d$treat, rownames(d))
  weights <- MatchIt:::weights.matrix(mm, treat)
  X <- cbind(distance = logit, model.matrix(~ . + 0, d[c("race", setdiff(lalonde, "race"))]))
  figures <- lapply(colnames(X), function(row) {
    level <- sub("^race", "", row)
    where <- if (row == "distance") "distanceBalance" else if (level != row)
      sprintf("balance[covariate=race,level=%s]", level) else sprintf("balance[covariate=%s]", row)
    one <- function(...) MatchIt:::bal1var(unname(X[, row]), treat, s.weights = rep(1, nrow(d)), s.d.denom = "treated",
                                           standardize = TRUE, ...)
    before <- one(); after <- one(ww = weights, mm = mm)
    c(list(at(paste0(where, ".ecdfMeanBefore"), before[["eCDF Mean"]]), at(paste0(where, ".ecdfMaxBefore"), before[["eCDF Max"]]),
         at(paste0(where, ".ecdfMeanAfter"), after[["eCDF Mean"]]), at(paste0(where, ".ecdfMaxAfter"), after[["eCDF Max"]]),
         at(paste0(where, ".smdAfter"), after[["Std. Mean Diff."]])),
      # Where the means agree MatchIt leaves this one in the covariate's units.
      if (abs(after[["Means Treated"]] - after[["Means Control"]]) > 1e-6)
        list(at(paste0(where, ".pairDistance"), after[["Std. Pair Dist."]])))
  })
  matched <- which(weights > 0)
  # Sets by treated unit in file order, from 1.
  sets <- if (replace) NULL else {
    kept <- mm[!is.na(mm[, 1]), , drop = FALSE]
    of <- function(unit) which(rownames(kept) == unit | rowSums(kept == unit, na.rm = TRUE) > 0)[[1]]
    list(at("subclass", I(sapply(matched, of))))
  }
  add(id, "surv-lalonde-unique.csv", "match", c(list(treatment = "treat", covariates = I(lalonde)), extra),
      "greedy matching by its definition, then MatchIt's weights.matrix and bal1var", do.call(c, figures), sets,
      list(at("matched", I(matched - 1)), at("matchedWeights", I(unname(weights[matched])))))
}
balance("further-balance", list())
balance("further-balance-2", list(ratio = 2), ratio = 2)
balance("further-balance-replace-3", list(ratio = 3, replace = TRUE), ratio = 3, replace = TRUE)

## Mahalanobis' distance
mahalanobis <- function(id, data, treatment, covariates, extra, ...) {
  d <- read(data)
  d <- d[complete.cases(d[c(treatment, covariates)]), ]
  m <- matchit(formulaOf(treatment, covariates), d, method = "nearest", ...)
  mm <- m$match.matrix
  kept <- which(rowSums(!is.na(mm)) > 0)
  rows <- function(names) as.integer(names) - 1
  pairs <- lapply(kept, function(i) list(treated = rows(rownames(mm)[i]), controls = I(rows(na.omit(mm[i, ])))))
  add(id, data, "match", c(list(treatment = treatment, covariates = I(covariates), distance = "mahalanobis"), extra),
      "matchit by Mahalanobis' distance", list(at("pairs.length", length(pairs))),
      do.call(c, lapply(seq_along(pairs), function(i) list(at(sprintf("pairs[%d].treated", i - 1), pairs[[i]]$treated),
                                                            at(sprintf("pairs[%d].controls", i - 1), pairs[[i]]$controls)))))
}
mahalanobis("further-mahalanobis", "surv-lung.csv", "sex", c("age", "wt.loss", "meal.cal"),
            list(caliper = NULL, order = "data"), distance = "mahalanobis")
mahalanobis("further-mahalanobis-largest", "melanoma.csv", "sex", c("age", "thickness", "year"),
            list(caliper = .5), distance = "glm", link = "linear.logit", mahvars = ~ age + thickness + year, caliper = .5)

## Optimal matching: max pairs, then least distance, as a linear programme over the allowed pairs
optimal <- function(id, data, treatment, covariates, ratio, caliper, by) {
  d <- read(data)
  d <- d[complete.cases(d[c(treatment, covariates)]), ]
  y <- as.integer(factor(d[[treatment]])) - 1
  fit <- glm(y ~ ., binomial, d[covariates], control = glm.control(1e-14, 100))
  logit <- predict(fit)
  X <- model.matrix(reformulate(covariates), d)[, -1, drop = FALSE]
  S <- ((sum(y == 1) - 1) * cov(X[y == 1, , drop = FALSE]) + (sum(y == 0) - 1) * cov(X[y == 0, , drop = FALSE])) / (nrow(X) - 2)
  gap <- abs(outer(logit[y == 1], logit[y == 0], "-"))
  distance <- if (by == "logit") gap else {
    root <- X %*% t(chol(base::solve(S)))
    as.matrix(dist(root))[y == 1, y == 0]
  }
  allowed <- if (is.null(caliper)) gap >= 0 else gap <= caliper * sd(logit)
  pair <- which(allowed, arr.ind = TRUE)
  k <- nrow(pair)
  # One constraint for each unit that has an allowed pair.
  unit <- c(pair[, 1], sum(y) + pair[, 2])
  units <- sort(unique(unit))
  dense <- cbind(match(unit, units), rep(seq_len(k), 2), 1)
  right <- ifelse(units <= sum(y), ratio, 1)
  solve <- function(direction, objective)
    lp(direction, objective, dense.const = dense, const.dir = rep("<=", length(units)), const.rhs = right)$solution
  most <- round(sum(solve("max", rep(1, k))))
  # What a pair is worth grows until no pair is given up for the sake of the others' distances.
  worth <- max(distance[allowed])
  repeat {
    found <- solve("min", distance[pair] - worth)
    if (round(sum(found)) == most) break
    worth <- 10 * worth
  }
  spec <- list(treatment = treatment, covariates = I(covariates), method = "optimal", ratio = ratio, distance = by)
  spec["caliper"] <- list(caliper)
  add(id, data, "match", spec, "lpSolve::lp over the allowed pairs of glm's linear predictors",
      list(at("totalDistance", sum(found * distance[pair]))),
      if (ratio == 1) list(at("nMatchedTreated", most)) else list(at("nMatchedControl", most)))
}
optimal("further-optimal", "melanoma.csv", "ulcer", c("age", "thickness", "year"), 1, .2, "logit")
optimal("further-optimal-2", "melanoma.csv", "ulcer", c("age", "thickness", "year"), 2, .3, "logit")
optimal("further-optimal-no-caliper", "melanoma.csv", "ulcer", c("age", "thickness", "sex"), 1, NULL, "logit")
optimal("further-optimal-3-no-caliper", "surv-lung.csv", "sex", c("age", "wt.loss"), 3, NULL, "logit")
optimal("further-optimal-mahalanobis", "melanoma.csv", "ulcer", c("age", "thickness", "year"), 1, .2, "mahalanobis")
optimal("further-optimal-mahalanobis-2", "surv-lung.csv", "sex", c("age", "wt.loss", "meal.cal"), 2, .4, "mahalanobis")

## Effects after weighting
effects <- function(id, data, treatment, covariates, outcome, estimand, truncate = NULL, binary = FALSE, level = .95) {
  d <- read(data)
  d <- d[complete.cases(d[c(treatment, covariates, outcome)]), ]
  t <- as.integer(factor(d[[treatment]])) - 1
  e <- fitted(glm(t ~ ., binomial, d[covariates], control = glm.control(1e-14, 100)))
  w <- switch(estimand, ATE = ifelse(t == 1, 1 / e, 1 / (1 - e)), ATT = ifelse(t == 1, 1, e / (1 - e)),
              ATO = ifelse(t == 1, 1 - e, e))
  if (!is.null(truncate)) { q <- quantile(w, truncate); w <- pmin(pmax(w, q[1]), q[2]) }
  y <- if (binary) as.integer(factor(d[[outcome]])) - 1 else d[[outcome]]
  design <- svydesign(~1, weights = ~w, data = data.frame(t, y, w))
  z <- qnorm((1 + level) / 2)
  figures <- function(measure, fit, back) {
    b <- unname(coef(fit)[2]); se <- unname(sqrt(vcov(fit)[2, 2]))
    where <- sprintf("effects[measure=%s].", measure)
    list(at(paste0(where, "estimate"), back(b)), at(paste0(where, "se"), se), at(paste0(where, "ciLow"), back(b - z * se)),
         at(paste0(where, "ciHigh"), back(b + z * se)), at(paste0(where, "p"), 2 * pnorm(-abs(b / se))))
  }
  spec <- list(treatment = treatment, covariates = I(covariates), estimand = estimand, outcome = outcome, confLevel = level)
  if (!is.null(truncate)) spec$truncate <- I(truncate)
  add(id, data, "ipw", spec, "survey::svyglm with the weights of glm's scores",
      list(at("n", nrow(d)), at("effectiveSampleSize", sum(w)^2 / sum(w^2))),
      figures("difference", svyglm(y ~ t, design), identity),
      if (binary) figures("ratio", svyglm(y ~ t, design, family = quasipoisson(), control = glm.control(1e-14, 100)), exp))
}
effects("further-effect-ate", "surv-lalonde-unique.csv", "treat", lalonde, "re78", "ATE")
effects("further-effect-att-truncated", "surv-lalonde-unique.csv", "treat", lalonde, "re78", "ATT", c(.02, .98))
effects("further-effect-ato", "surv-lalonde-unique.csv", "treat", lalonde, "re78", "ATO", level = .9)
effects("further-risk-ate", "melanoma.csv", "sex", c("age", "thickness", "year"), "ulcer", "ATE", binary = TRUE)
effects("further-risk-att", "surv-lung.csv", "sex", c("age", "ph.ecog"), "status", "ATT", binary = TRUE)

## Common support
d <- read("surv-lalonde-unique.csv")
e <- fitted(glm(treat ~ age + educ + race + re74, binomial, d, control = glm.control(1e-14, 100)))
low <- max(tapply(e, d$treat, min)); high <- min(tapply(e, d$treat, max))
inside <- tapply(e >= low & e <= high, d$treat, sum)
add("further-common-support", "surv-lalonde-unique.csv", "propensity",
    list(treatment = "treat", covariates = I(c("age", "educ", "race", "re74"))), "range of glm's fitted values in each arm",
    list(at("commonSupport.low", low), at("commonSupport.high", high), at("commonSupport.treated", inside[["1"]]),
         at("commonSupport.control", inside[["0"]])))

version <- function(package) paste(package, packageVersion(package))
made <- paste(c(paste0("R ", R.version$major, ".", R.version$minor), sapply(c("MatchIt", "lpSolve", "survey"), version)),
              collapse = ", ")
cat(sprintf('{"suite":"matching-further","made":"%s","cases":[\n%s\n]}\n', made, paste(sapply(cases, json), collapse = ",\n")))
