# R's side of run.mjs: commands line by line on standard input, one line of figures each on standard output.
# Times are taken here, around the call alone: neither start-up nor the pipe counts.
arguments <- commandArgs(trailingOnly = TRUE)
outcomes <- file.path(arguments[1], "outcomes.csv")
records <- file.path(arguments[1], "records.csv")
patients <- file.path(arguments[1], "patients.csv")
trial <- file.path(arguments[1], "trial.csv")
hasFread <- requireNamespace("data.table", quietly = TRUE)
if (hasFread) data.table::setDTthreads(1)

competing <- file.path(arguments[1], "competing.csv")
hazards <- file.path(arguments[1], "hazards.csv")
manyCompeting <- file.path(arguments[1], "manyCompeting.csv")
hasCmprsk <- suppressPackageStartupMessages(require(cmprsk, quietly = TRUE))
hasSurvival <- suppressPackageStartupMessages(require(survival, quietly = TRUE))

elapsed <- function(call) {
  gc()
  start <- Sys.time()
  value <- call()
  list(ms = as.numeric(Sys.time() - start, units = "secs") * 1000, value = value)
}

# MB that R's heap held at most during the call, beyond what it keeps of it. (What fread maps and allocates by itself
# is not in it.)
scratch <- function(call) {
  gc(reset = TRUE)
  value <- call()
  after <- gc()
  sum(after[, 6]) - sum(after[, 2])
}

readers <- list(
  read.csv = function() utils::read.csv(records),
  fread = function() data.table::fread(records, nThread = 1, showProgress = FALSE)
)

describe <- function(table) lapply(table, function(x) {
  if (!is.numeric(x)) return(base::table(x))
  x <- x[!is.na(x)]
  d <- x - mean(x)
  c(length(x), mean(x), sd(x), quantile(x, c(0, .25, .5, .75, 1)), mean(d^3) / mean(d^2)^1.5)
})

# What a Table 1 says of a column, by hand: summaries by arm, test, standardized difference.
smd <- function(x, arm) {
  m <- tapply(x, arm, mean, na.rm = TRUE)
  v <- tapply(x, arm, var, na.rm = TRUE)
  abs(m[[1]] - m[[2]]) / sqrt((v[[1]] + v[[2]]) / 2)
}
smdOfLevels <- function(counts) {
  p <- prop.table(counts, 2)[-1, , drop = FALSE]
  s <- (diag(p[, 1], nrow(p)) - p[, 1] %o% p[, 1] + diag(p[, 2], nrow(p)) - p[, 2] %o% p[, 2]) / 2
  d <- p[, 1] - p[, 2]
  sqrt(drop(t(d) %*% solve(s, d)))
}
compare <- function(name, x, arm) {
  if (!is.numeric(x)) {
    counts <- base::table(x, arm)
    return(c(chisq.test(counts, correct = FALSE)$p.value, smdOfLevels(counts)))
  }
  tapply(x, arm, function(of) c(mean(of, na.rm = TRUE), sd(of, na.rm = TRUE), quantile(of, c(.25, .5, .75), na.rm = TRUE)))
  test <- if (startsWith(name, "s")) wilcox.test(x ~ arm, exact = FALSE) else t.test(x ~ arm)
  c(test$p.value, smd(x, arm))
}

satisfaction <- matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4)

trialData <- NULL
design <- NULL
followed <- NULL
followUp <- function() {
  if (is.null(followed)) followed <<- utils::read.csv(patients, stringsAsFactors = TRUE)
  followed
}
table <- NULL
figures <- list(
  version = function() paste(R.version$major, R.version$minor, sep = "."),
  fread = function() if (hasFread) as.character(utils::packageVersion("data.table")) else "none",
  blas = function() basename(extSoftVersion()[["BLAS"]]),
  logistic = function() {
    if (is.null(design)) {
      data <- as.matrix(utils::read.csv(outcomes))
      design <<- list(x = cbind(1, data[, -1]), y = data[, 1])
    }
    fit <- elapsed(function() glm.fit(design$x, design$y, family = binomial()))
    c(fit$ms, fit$value$coefficients)
  },
  survival = function() if (hasSurvival) as.character(utils::packageVersion("survival")) else "none",
  survfit = function() {
    data <- followUp()
    fit <- elapsed(function() survfit(Surv(time, event) ~ arm, data = data))
    c(fit$ms, summary(fit$value)$table[, "median"])
  },
  survdiff = function() {
    data <- followUp()
    fit <- elapsed(function() survdiff(Surv(time, event) ~ arm, data = data))
    c(fit$ms, fit$value$chisq)
  },
  coxph = function() {
    data <- utils::read.csv(hazards)
    x <- as.matrix(data[, paste0("x", 1:10)])
    y <- Surv(data$time, data$event)
    whole <- elapsed(function() {
      fit <- coxph(y ~ x)
      list(fit, cox.zph(fit), basehaz(fit, centered = FALSE))
    })
    fit <- elapsed(function() coxph.fit(x, y, NULL, NULL, NULL, coxph.control(), NULL, "efron", NULL))
    c(whole$ms, fit$ms, fit$value$coefficients)
  },
  cmprsk = function() if (hasCmprsk) as.character(utils::packageVersion("cmprsk")) else "none",
  crr = function() {
    data <- utils::read.csv(competing)
    x <- as.matrix(data[, c("x1", "x2", "x3")])
    fit <- elapsed(function() crr(data$time, data$what, x))
    c(fit$ms, rbind(fit$value$coef, sqrt(diag(fit$value$var))))
  },
  cuminc = function() {
    data <- utils::read.csv(manyCompeting)
    fit <- elapsed(function() cuminc(data$time, data$what, data$arm))
    c(fit$ms, fit$value$Tests[, "stat"])
  },
  describe = function() {
    if (is.null(table)) table <<- if (hasFread) as.data.frame(readers$fread()) else readers$read.csv()
    elapsed(function() describe(table))$ms
  },
  # Milliseconds, then p and standardized difference of each column.
  tableOne = function() {
    if (is.null(trialData)) {
      trialData <<- utils::read.csv(trial, stringsAsFactors = TRUE, na.strings = "")
    }
    columns <- setdiff(names(trialData), "arm")
    run <- elapsed(function() vapply(columns, function(name) compare(name, trialData[[name]], trialData$arm), double(2)))
    c(run$ms, run$value)
  },
  # Of one test: too short for the clock by itself.
  fisher = function() {
    run <- elapsed(function() for (i in 1:20) p <- fisher.test(satisfaction)$p.value)
    c(run$ms / 20, fisher.test(satisfaction)$p.value)
  },
  load = function(reader) elapsed(readers[[reader]])$ms,
  scratch = function(reader) scratch(readers[[reader]])
)

treated <- list()
figures$matchit <- function() if (requireNamespace("MatchIt", quietly = TRUE)) as.character(utils::packageVersion("MatchIt")) else "none"
figures$match <- function(rows) {
  if (is.null(treated[[rows]])) treated[[rows]] <<- utils::read.csv(file.path(arguments[1], sprintf("treated-%s.csv", rows)))
  elapsed(function() {
    match <- MatchIt::matchit(treated ~ x1 + x2 + x3 + x4 + x5 + sex + site, treated[[rows]], method = "nearest",
                              distance = "glm", link = "linear.logit", caliper = 0.2)
    summary(match)
  })$ms
}

input <- file("stdin", "r")
while (length(line <- readLines(input, 1)) > 0) {
  words <- strsplit(line, " ")[[1]]
  answer <- tryCatch(do.call(figures[[words[1]]], as.list(words[-1])),
                     error = function(e) paste("error", conditionMessage(e)))
  cat(if (is.character(answer)) answer else format(answer, digits = 17, trim = TRUE), "\n")
  flush(stdout())
}
