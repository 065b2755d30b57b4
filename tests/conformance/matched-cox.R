# Writes matched-cox.json (formatted by Biome afterwards): melanomas with and without ulceration, matched by propensity
# score, then Table 1 and Cox models of the matched patients.
# Rscript matched-cox.R > matched-cox.json, in this folder, with MatchIt, survival and survey.
suppressPackageStartupMessages({library(MatchIt); library(survival); library(survey)})
options(warn = -1)

covariates <- c("age", "sex", "thickness", "year")
d <- read.csv("data/melanoma.csv")
d$row <- seq_len(nrow(d)) - 1
d$logit <- predict(glm(reformulate(covariates, "ulcer"), binomial, d, control = glm.control(1e-14, 100)))
# By a matrix of differences: a vector of scores makes MatchIt 4.5.1 miss the nearest control at times. A matrix is
# matched in file order, so the treated come first, the likeliest of them first.
d <- d[order(-d$ulcer, ifelse(d$ulcer == 1, -d$logit, 0)), ]
rownames(d) <- d$row
gap <- abs(outer(d$logit[d$ulcer == 1], d$logit[d$ulcer == 0], "-"))
dimnames(gap) <- split(rownames(d), -d$ulcer)

cohort <- function(ratio) {
  m <- matchit(reformulate(covariates, "ulcer"), d, method = "nearest", distance = gap, ratio = ratio,
               caliper = .2 * sd(d$logit), std.caliper = FALSE)
  kept <- match.data(m, data = d, drop.unmatched = TRUE)
  kept[order(kept$row), ]
}
json <- function(x) {
  if (is.list(x)) return(sprintf("{%s}", paste0('"', names(x), '":', sapply(x, json), collapse = ",")))
  if (is.character(x)) return(sprintf('"%s"', x))
  one <- format(as.numeric(unclass(x)), digits = 15, trim = TRUE)
  if (length(x) == 1 && !inherits(x, "AsIs")) one else sprintf("[%s]", paste(one, collapse = ","))
}
cox <- function(formula, data) {
  fit <- summary(coxph(formula, data, weights = weights, cluster = subclass, robust = TRUE,
                       control = coxph.control(eps = 1e-14, iter.max = 100)))
  of <- function(column) I(fit$coefficients[, column])
  list(estimate = of("coef"), se = of("se(coef)"), robustSe = of("robust se"), statistic = of("z"), p = of("Pr(>|z|)"),
       hrLow = I(fit$conf.int[, 3]), hrHigh = I(fit$conf.int[, 4]), wald = fit$waldtest[["test"]],
       concordance = fit$concordance[["C"]])
}
# Means, standard deviations and standardised differences with the weights of the match.
summaries <- function(data) {
  arms <- lapply(0:1, function(arm) svydesign(~1, weights = ~weights, data = data[data$ulcer == arm, ]))
  figures <- lapply(c("age", "thickness"), function(name) {
    f <- reformulate(name)
    mean <- sapply(arms, function(arm) coef(svymean(f, arm))); var <- sapply(arms, function(arm) coef(svyvar(f, arm)))
    list(mean = I(mean), sd = I(sqrt(var)), smd = abs(diff(mean)) / sqrt(sum(var) / 2))
  })
  setNames(figures, c("age", "thickness"))
}
welch <- function(data) {
  t <- t.test(thickness ~ ulcer, data)
  list(statistic = t$statistic[[1]], df = t$parameter[[1]], p = t$p.value)
}
figures <- lapply(c(one = 1, two = 2), function(ratio) {
  data <- cohort(ratio)
  # Sets by treated patient in file order, from 1.
  set <- match(data$subclass, data$subclass[data$ulcer == 1])
  list(ratio = ratio, rows = I(data$row), set = I(set), weights = I(data$weights), welch = welch(data),
       tableOne = summaries(data), crude = cox(Surv(time, status == 1) ~ ulcer, data),
       adjusted = cox(Surv(time, status == 1) ~ ulcer + age + thickness, data))
})
made <- sprintf("%s, MatchIt %s, survival %s, survey %s", R.version.string, packageVersion("MatchIt"),
                packageVersion("survival"), packageVersion("survey"))
cat(json(c(list(made = made), figures)), "\n")
