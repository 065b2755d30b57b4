# Makes competing-further.json and data/competing.csv: figures beyond the suite, of ties, three causes named by text,
# three groups, events at time 0, factors and interactions.
# Rscript --vanilla competing-further.R (in this folder); needs cmprsk.
suppressPackageStartupMessages(library(cmprsk))

cases <- character()
number <- function(x) ifelse(is.nan(x) | is.na(x), "\"NaN\"", format(x, digits = 15, trim = TRUE, scientific = NA))
value <- function(x) {
  x <- unname(x)
  text <- if (is.character(x)) paste0("\"", x, "\"") else vapply(as.numeric(x), number, "")
  if (length(x) == 1) text else paste0("[", paste(text, collapse = ", "), "]")
}
case <- function(id, analysis, spec, expect, source, rtol = "") {
  rows <- paste0("    { \"path\": \"", names(expect), "\", \"value\": ", vapply(expect, value, ""), rtol, " }")
  cases <<- c(cases, paste0("  {\n   \"id\": \"", id, "\",\n   \"data\": \"competing.csv\",\n   \"analysis\": \"", analysis,
                            "\",\n   \"spec\": ", spec, ",\n   \"source\": \"", source, "\",\n   \"expect\": [\n",
                            paste(rows, collapse = ",\n"), "\n   ]\n  }"))
}

set.seed(20)
n <- 260
d <- data.frame(arm = sample(c("none", "low", "high"), n, TRUE, c(.4, .35, .25)), age = round(rnorm(n, 60, 11)),
                stage = sample(1:4, n, TRUE), marker = round(rexp(n) * 1e-4, 7))
eta <- 0.03 * (d$age - 60) + ifelse(d$arm == "high", -0.7, 0) + 0.25 * d$stage
d$weeks <- floor(rexp(n) * 18 * exp(-eta / 2)) + sample(0:1, n, TRUE)
d$what <- sample(c("alive", "relapse", "death", "transplant"), n, TRUE, c(.3, .35, .25, .1))
d$weeks <- pmax(d$weeks, d$what == "alive")  # nobody is censored at 0: there crr takes G(0) for G(0-)
d$cause <- c(alive = 0, relapse = 1, death = 2, transplant = 10)[d$what]
d$age[c(7, 90)] <- NA
write.csv(d, "data/competing.csv", row.names = FALSE, quote = FALSE)

# Cumulative incidence: groups and causes in level order (text by code point).
times <- c(20, 0, 5, 1, 300)
fit <- cuminc(d$weeks, d$what, d$arm, cencode = "alive")
at <- timepoints(fit, sort(times))
expect <- list(n = n)
for (arm in sort(unique(d$arm))) {
  for (cause in c("death", "relapse", "transplant")) {
    row <- paste(arm, cause)
    est <- at$est[row, as.character(times)]
    se <- sqrt(at$var[row, as.character(times)])
    half <- qnorm(.95) * se / (-est * log(est))
    low <- ifelse(est == 0, 0, est^exp(half))
    high <- ifelse(est == 0, 0, est^exp(-half))
    path <- paste0("curves[group=", arm, ",cause=", cause, "].")
    expect[[paste0(path, "n")]] <- sum(d$arm == arm)
    expect[[paste0(path, "events")]] <- sum(d$arm == arm & d$what == cause)
    for (i in seq_along(times)) {
      figures <- list(cumulativeIncidence = est[i], se = se[i], ciLow = low[i], ciHigh = high[i])
      for (name in names(figures)) expect[[paste0(path, "atTimes[", i - 1, "].", name)]] <- figures[[name]]
    }
  }
}
for (i in 1:3) {
  cause <- c("death", "relapse", "transplant")[i]
  for (figure in list(c("statistic", "stat"), c("df", "df"), c("p", "pv"))) {
    expect[[paste0("gray[", i - 1, "].", figure[1])]] <- fit$Tests[cause, figure[2]]
  }
}
case("cif-ties-three-causes", "cumulativeIncidence",
     paste0('{ "time": "weeks", "event": "what", "censorValue": "alive", "group": "arm", "times": [',
            paste(times, collapse = ", "), '], "confLevel": 0.9 }'),
     expect, "cuminc(weeks, what, arm, cencode = 'alive'); timepoints()")

# The same causes as numbers stand in the order of the numbers.
fit <- cuminc(d$weeks, d$cause, d$stage, cencode = 0)
expect <- list("curves.length" = 12, "curves[2].cause" = "10", "curves[2].group" = "1")
for (i in 1:3) {
  expect[[paste0("gray[", i - 1, "].cause")]] <- c("1", "2", "10")[i]
  expect[[paste0("gray[", i - 1, "].statistic")]] <- fit$Tests[i, "stat"]
  expect[[paste0("gray[", i - 1, "].p")]] <- fit$Tests[i, "pv"]
}
case("gray-four-groups", "cumulativeIncidence",
     '{ "time": "weeks", "event": "cause", "censorValue": 0, "group": "stage" }', expect,
     "cuminc(weeks, cause, stage, cencode = 0)")

# Fine–Gray.
whole <- d[!is.na(d$age), ]
model <- function(id, formula, rows, cause, terms, spec, source) {
  x <- model.matrix(formula, rows)[, -1, drop = FALSE]
  fit <- crr(rows$weeks, rows$what, x, failcode = cause, cencode = "alive", gtol = 1e-12, maxiter = 60)
  z <- fit$coef / sqrt(diag(fit$var))
  expect <- list(n = nrow(rows), nMissing = n - nrow(rows), events = sum(rows$what == cause),
                 "model.logLik" = fit$loglik, "model.nullLogLik" = fit$loglik.null, "terms.length" = ncol(x),
                 "baseline[0].time" = fit$uftime, "baseline[0].cumulativeHazard" = cumsum(fit$bfitj))
  for (i in seq_len(ncol(x))) {
    figures <- list(term = terms[[i]][1], estimate = fit$coef[i], se = sqrt(fit$var[i, i]), statistic = z[i],
                    p = 2 * pnorm(-abs(z[i])), subHazardRatio = exp(fit$coef[i]))
    if (!is.na(terms[[i]][2])) figures$level <- terms[[i]][2]
    for (name in names(figures)) expect[[paste0("terms[", i - 1, "].", name)]] <- figures[[name]]
  }
  for (i in seq_len(ncol(x))) {
    for (j in seq_len(ncol(x))) expect[[paste0("covariance[", (i - 1) * ncol(x) + j - 1, "]")]] <- fit$var[i, j]
  }
  case(id, "fineGray", spec, expect, source, ", \"rtol\": 1e-6, \"atol\": 1e-14")
}
whole$arm <- factor(whole$arm, c("none", "high", "low"))
model("crr-factors", ~ arm + age + factor(stage), whole, "relapse",
      list(c("arm", "high"), c("arm", "low"), c("age", NA), c("stage", "2"), c("stage", "3"), c("stage", "4")),
      paste('{ "time": "weeks", "event": "what", "censorValue": "alive", "cause": "relapse",',
            '"predictors": ["arm", "age", "stage"], "categorical": ["stage"], "reference": { "arm": "none" } }'),
      "crr(weeks, what, model.matrix(~ arm + age + factor(stage)), failcode = 'relapse', cencode = 'alive')")
model("crr-interaction", ~ arm * age + marker, whole, "death",
      list(c("arm", "high"), c("arm", "low"), c("age", NA), c("marker", NA), c("arm:age", "high"), c("arm:age", "low")),
      paste('{ "formula": "Surv(weeks, what) ~ arm * age + marker", "censorValue": "alive", "cause": "death",',
            '"reference": { "arm": "none" } }'),
      "crr(weeks, what, model.matrix(~ arm * age + marker), failcode = 'death', cencode = 'alive')")
d$arm <- factor(d$arm, c("high", "low", "none"))
model("crr-rare", ~ arm, d, "transplant", list(c("arm", "low"), c("arm", "none")),
      '{ "time": "weeks", "event": "what", "censorValue": "alive", "cause": "transplant", "predictors": ["arm"] }',
      "crr(weeks, what, model.matrix(~ arm), failcode = 'transplant', cencode = 'alive')")

writeLines(c("{", " \"suite\": \"competing-further\",",
             paste0(" \"made\": \"R ", getRversion(), ", cmprsk ", packageVersion("cmprsk"), "\","),
             " \"cases\": [", paste(cases, collapse = ",\n"), " ]", "}"), "competing-further.json")
