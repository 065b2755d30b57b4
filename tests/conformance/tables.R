# Makes tables.json and data/tables-clinic.csv: comparisons that no other suite holds. Run in this folder: Rscript tables.R
# Needs survey. Figures are R's own or, where base R has none, formulas written out below.
suppressMessages(library(survey))
set.seed(6)

# ---- Data -----------------------------------------------------------------------------------------------------------
n <- 90
clinic <- data.frame(
  arm = sample(c("A", "B", NA), n, TRUE, c(.5, .45, .05)),
  site = sample(c(2, 10, 9), n, TRUE),
  age = round(rnorm(n, 60, 11)),
  crp = round(exp(rnorm(n, 1, 1)), 1),
  grade = sample(c("I", "II", "III", NA), n, TRUE, c(.4, .35, .2, .05)),
  smoker = rbinom(n, 1, .3),
  died = rbinom(n, 1, .4),
  w = sample(c(0, NA, .5, .8, 1, 1.3, 2.25), n, TRUE, c(.05, .05, .2, .2, .2, .2, .1)))
clinic$age[sample(n, 6)] <- NA
clinic$crp[clinic$site == 10] <- NA                 # a group without a value
clinic$rare <- ifelse(clinic$arm %in% "A", "x", sample(c("x", "y"), n, TRUE))  # a level of one arm only
write.csv(clinic, "data/tables-clinic.csv", row.names = FALSE, quote = FALSE, na = "")
clinic <- read.csv("data/tables-clinic.csv", na.strings = "")

# ---- JSON -----------------------------------------------------------------------------------------------------------
json <- function(x) {
  if (is.null(x) || (length(x) == 1 && is.na(x) && !is.nan(x))) return("null")
  if (is.list(x) && !is.null(names(x))) return(paste0("{", paste0("\"", names(x), "\":", sapply(x, json), collapse = ","), "}"))
  if (is.list(x) || length(x) > 1) return(paste0("[", paste(sapply(x, json), collapse = ","), "]"))
  if (is.character(x)) return(paste0("\"", gsub("\"", "\\\\\"", x), "\""))
  if (is.logical(x)) return(tolower(as.character(x)))
  if (!is.finite(x)) return(paste0("\"", if (is.nan(x)) "NaN" else if (x > 0) "Infinity" else "-Infinity", "\""))
  format(x, digits = 15)
}
cases <- list()
# Figures: a named list, path = value. p-values are compared relatively, however small.
case <- function(id, analysis, spec, source, figures) {
  figures <- figures[!sapply(figures, is.null)]
  checks <- Map(function(path, value) {
    check <- list(path = path, value = value)
    if (grepl("(^|\\.)p$", path)) check <- c(check, list(atol = 1e-300))
    check
  }, names(figures), unname(figures))
  cases[[length(cases) + 1]] <<- list(id = id, data = "tables-clinic.csv", analysis = analysis, spec = spec,
                                      expect = unname(checks), source = source)
}

# ---- tableOne -------------------------------------------------------------------------------------------------------
smd <- function(x, g) {
  m <- tapply(x, g, mean, na.rm = TRUE); v <- tapply(x, g, var, na.rm = TRUE)
  pairs <- combn(length(m), 2)
  mean(abs(m[pairs[1, ]] - m[pairs[2, ]]) / sqrt((v[pairs[1, ]] + v[pairs[2, ]]) / 2))
}
smdLevels <- function(x, g) {   # Yang & Dalton 2012, by matrices
  counts <- table(x, g)
  pairs <- combn(ncol(counts), 2)
  mean(apply(pairs, 2, function(pair) {
    both <- counts[rowSums(counts[, pair]) > 0, pair, drop = FALSE]
    p <- (both[, 1] / sum(both[, 1]))[-1]; q <- (both[, 2] / sum(both[, 2]))[-1]
    s <- ((diag(p, length(p)) - p %o% p) + (diag(q, length(q)) - q %o% q)) / 2
    sqrt(drop(t(p - q) %*% solve(s, p - q)))
  }))
}
summaries <- function(name, x, g, levels) {
  out <- list()
  for (level in levels) {
    of <- x[g %in% level]; at <- sprintf("variables[name=%s].byGroup[group=%s].", name, level)
    q <- if (all(is.na(of))) rep(NaN, 3) else quantile(of, c(.25, .5, .75), na.rm = TRUE)
    out[paste0(at, c("n", "missing", "mean", "sd", "q1", "median", "q3"))] <-
      list(sum(!is.na(of)), sum(is.na(of)), mean(of, na.rm = TRUE),
           if (sum(!is.na(of)) < 2) NaN else sd(of, na.rm = TRUE), q[[1]], q[[2]], q[[3]])
  }
  out
}
named <- function(name, figures) setNames(figures, sprintf("variables[name=%s].%s", name, names(figures)))
wald <- function(x, g, second) {
  t <- table(g, x == second); p <- t[, 2] / rowSums(t); d <- p[[1]] - p[[2]]
  h <- qnorm(.975) * sqrt(sum(p * (1 - p) / rowSums(t)))
  list(difference.estimate = d, difference.ciLow = d - h, difference.ciHigh = d + h)
}
local({
  u <- clinic[!is.na(clinic$arm), ]
  welch <- t.test(age ~ arm, u)
  rank <- suppressWarnings(wilcox.test(crp ~ arm, u, exact = FALSE))
  differences <- sort(outer(na.omit(u$crp[u$arm == "A"]), na.omit(u$crp[u$arm == "B"]), "-"))
  chi <- suppressWarnings(chisq.test(table(u$grade, u$arm), correct = FALSE))
  case("clinic-two-arms", "tableOne",
       list(group = "arm", columns = c("age", "crp", "grade", "smoker", "rare"), nonnormal = list("crp"), exact = list("smoker"),
            categorical = list("smoker"), pAdjust = "sidak"),
       "t.test, wilcox.test(exact = FALSE), chisq.test(correct = FALSE), fisher.test; 1 - (1 - p)^m; SMD by matrices",
       c(list(n = nrow(u), nMissing = sum(is.na(clinic$arm)), `groups[level=A].n` = sum(u$arm == "A")),
         summaries("age", u$age, u$arm, c("A", "B")), summaries("crp", u$crp, u$arm, c("A", "B")),
         named("age", list(statistic = welch$statistic[[1]], df = welch$parameter[[1]], p = welch$p.value,
                           pAdjusted = 1 - (1 - welch$p.value)^5, smd = smd(u$age, u$arm),
                           difference.estimate = -diff(welch$estimate)[[1]], difference.ciLow = welch$conf.int[1],
                           difference.ciHigh = welch$conf.int[2])),
         named("crp", list(test = "mann-whitney", statistic = rank$statistic[[1]], p = rank$p.value,
                           smd = smd(u$crp, u$arm), difference.estimate = median(differences))),
         named("grade", list(statistic = chi$statistic[[1]], df = chi$parameter[[1]], p = chi$p.value,
                             smd = smdLevels(u$grade, u$arm), difference = NA)),
         named("smoker", c(list(test = "fisher", statistic = NA, df = NA,
                                p = fisher.test(table(u$smoker, u$arm))$p.value, smd = smdLevels(u$smoker, u$arm)),
                           wald(u$smoker, u$arm, 1))),
         named("rare", c(list(smd = smdLevels(u$rare, u$arm)), wald(u$rare, u$arm, "y")))))
})
local({
  u <- clinic; u$site <- factor(u$site, c(2, 9, 10))
  f <- oneway.test(age ~ site, u, var.equal = TRUE)
  h <- kruskal.test(crp ~ droplevels(site[!is.na(crp)]), u[!is.na(u$crp), ])
  chi <- suppressWarnings(chisq.test(table(u$grade, u$site), correct = FALSE))
  case("clinic-numeric-groups", "tableOne",
       list(group = "site", columns = c("age", "crp", "grade", "arm"), nonnormal = list("crp"), exact = list("arm")),
       "oneway.test(var.equal = TRUE), kruskal.test without the site that has no crp, chisq.test, fisher.test",
       c(list(n = n, `groups[0].level` = "2", `groups[1].level` = "9", `groups[2].level` = "10"),
         summaries("crp", u$crp, u$site, c("2", "9", "10")),
         named("age", list(test = "anova", statistic = f$statistic[[1]], df = f$parameter[[1]], df2 = f$parameter[[2]],
                           p = f$p.value, smd = smd(u$age, u$site), difference = NA)),
         named("crp", list(test = "kruskal-wallis", statistic = h$statistic[[1]], df = h$parameter[[1]], p = h$p.value,
                           smd = NaN, overall.n = sum(!is.na(u$crp)), overall.median = median(u$crp, na.rm = TRUE))),
         named("grade", list(statistic = chi$statistic[[1]], df = 4, p = chi$p.value, smd = smdLevels(u$grade, u$site))),
         named("arm", list(p = fisher.test(table(u$arm, u$site))$p.value, overall.missing = sum(is.na(u$arm))))))
})
local({
  u <- clinic[!(clinic$w %in% 0), ]                 # weight 0: not in the table; no weight or arm: missing
  missing <- sum(is.na(u$w) | is.na(u$arm))
  u <- u[!is.na(u$w) & !is.na(u$arm), ]
  figures <- list(n = nrow(u), nMissing = missing)
  moments <- list()
  for (level in c("A", "B")) {
    v <- u[u$arm == level & !is.na(u$age), ]
    d <- svydesign(~1, weights = ~w, data = v)
    at <- sprintf("variables[name=age].byGroup[group=%s].", level)
    q <- coef(svyquantile(~age, d, c(.25, .5, .75), qrule = "math"))
    moments[[level]] <- c(coef(svymean(~age, d)), coef(svyvar(~age, d)))
    figures[paste0(at, c("n", "mean", "sd", "q1", "median", "q3"))] <-
      list(nrow(v), moments[[level]][[1]], sqrt(moments[[level]][[2]]), q[[1]], q[[2]], q[[3]])
  }
  counts <- xtabs(w ~ grade + arm, u)
  p <- prop.table(counts, 2)
  s <- lapply(1:2, function(j) diag(p[-1, j]) - p[-1, j] %o% p[-1, j])
  delta <- p[-1, 1] - p[-1, 2]
  figures <- c(figures, list(`variables[name=age].smd` = abs(moments$A[1] - moments$B[1])[[1]] / sqrt((moments$A[2] + moments$B[2])[[1]] / 2),
    `variables[name=grade].smd` = sqrt(drop(t(delta) %*% solve((s[[1]] + s[[2]]) / 2, delta))),
    `variables[name=grade].byGroup[group=A].levels[level=II].count` = counts["II", "A"],
    `variables[name=grade].byGroup[group=B].levels[level=III].share` = p["III", "B"],
    `variables[name=age].test` = NA, `variables[name=age].p` = NA, `variables[name=age].difference` = NA))
  case("clinic-weights", "tableOne", list(group = "arm", columns = c("age", "grade"), weights = "w"),
       "survey::svymean, svyvar, svyquantile(qrule = \"math\"); SMD by matrices of the weighted shares", figures)
})

# ---- mantelHaenszel -------------------------------------------------------------------------------------------------
stratified <- function(id, strata, extra, row = clinic$smoker, column = clinic$died, level = .95) {
  used <- !is.na(row) & !is.na(column) & !is.na(strata)
  t <- table(row[used], column[used], factor(strata[used]))
  full <- apply(t, 3, function(x) all(c(rowSums(x), colSums(x)) > 0))
  m <- mantelhaen.test(t[, , full], conf.level = level)
  plain <- mantelhaen.test(t[, , full], correct = FALSE)
  a <- t[2, 2, full]; b <- t[2, 1, full]; c <- t[1, 2, full]; d <- t[1, 1, full]
  n1 <- a + b; n0 <- c + d; m1 <- a + c; N <- n1 + n0
  z <- qnorm((1 + level) / 2)
  rr <- sum(a * n0 / N) / sum(c * n1 / N)
  se <- sqrt(sum((m1 * n1 * n0 - a * c * N) / N^2) / (sum(a * n0 / N) * sum(c * n1 / N)))
  psi <- m$estimate[[1]]
  A <- mapply(function(n1, n0, m1) uniroot(function(A) A * (n0 - m1 + A) - psi * (m1 - A) * (n1 - A),
    c(max(0, m1 - n0), min(m1, n1)), tol = 1e-14)$root, n1, n0, m1)
  v <- 1 / (1 / A + 1 / (n1 - A) + 1 / (m1 - A) + 1 / (n0 - m1 + A))
  bd <- sum((a - A)^2 / v); tarone <- bd - sum(a - A)^2 / sum(v); df <- sum(full) - 1
  case(id, "mantelHaenszel", c(list(row = "smoker", column = "died", confLevel = level), extra),
       "mantelhaen.test without the strata that have an empty margin; Greenland & Robins 1985; Breslow & Day 1980; Tarone 1985",
       list(n = sum(used), nMissing = sum(!used), statistic = m$statistic[[1]], df = 1, p = m$p.value,
            uncorrected.statistic = plain$statistic[[1]], uncorrected.p = plain$p.value,
            oddsRatio.estimate = psi, oddsRatio.ciLow = m$conf.int[1], oddsRatio.ciHigh = m$conf.int[2],
            riskRatio.estimate = rr, riskRatio.ciLow = rr * exp(-z * se), riskRatio.ciHigh = rr * exp(z * se),
            breslowDay.statistic = bd, breslowDay.df = df, breslowDay.p = pchisq(bd, df, lower.tail = FALSE),
            tarone.statistic = tarone, tarone.p = pchisq(tarone, df, lower.tail = FALSE), strata.length = dim(t)[3]))
}
stratified("clinic-by-site", clinic$site, list(strata = "site"))
stratified("clinic-by-age", clinic$age, list(strata = "age"), level = .9)     # many strata, most with an empty margin
stratified("clinic-turned", clinic$grade, list(strata = "grade", reference = list(smoker = 1, died = 1)),
           row = factor(clinic$smoker, 1:0), column = factor(clinic$died, 1:0))

# ---- contingency ----------------------------------------------------------------------------------------------------
fisher <- function(id, x, figures = list(), spec = list(), source = "fisher.test") {
  case(id, "contingency", c(list(counts = lapply(seq_len(nrow(x)), function(i) x[i, ])), spec), source,
       c(list(n = sum(x), fisher.p = fisher.test(x)$p.value), figures))
}
# By bisection on P(A >= a), P(A <= a) and E(A): uniroot, which fisher.test takes, ends at 1e-4.
conditional <- function(x, level = .95) {
  a <- x[1, 1]; lo <- max(0, sum(x[1, ]) - sum(x[, 2])); hi <- min(sum(x[1, ]), sum(x[, 1])); k <- lo:hi
  log0 <- dhyper(k, sum(x[, 1]), sum(x[, 2]), sum(x[1, ]), log = TRUE)
  p <- function(theta) { w <- log0 + theta * k; w <- exp(w - max(w)); w / sum(w) }
  root <- function(f) { l <- -40; h <- 40; for (i in 1:200) { m <- (l + h) / 2; if (f(m) < 0) l <- m else h <- m }; exp(l) }
  alpha <- (1 - level) / 2
  list(fisher.oddsRatio = if (a == lo) 0 else if (a == hi) Inf else root(function(t) sum(k * p(t)) - a),
       fisher.ciLow = if (a == lo) 0 else root(function(t) sum(p(t)[k >= a]) - alpha),
       fisher.ciHigh = if (a == hi) Inf else root(function(t) alpha - sum(p(t)[k <= a])))
}
two <- matrix(c(12, 5, 7, 19), 2)
fisher("typed-2x2", two, conditional(two, .9), list(confLevel = .9), "fisher.test; limits by bisection")
far <- matrix(c(180, 3, 9, 240), 2)
fisher("typed-2x2-far", far, conditional(far), list(), "fisher.test; limits by bisection")
many <- matrix(c(30500, 29500, 19500, 20500), 2)
fisher("typed-2x2-many", many, conditional(many), list(), "fisher.test; limits by bisection")
edge <- matrix(c(0, 6, 8, 5), 2)
fisher("typed-2x2-edge", edge, c(conditional(edge), list(oddsRatio.estimate = 0, oddsRatio.ciLow = NaN)))
job <- matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4, 4)
chi <- suppressWarnings(chisq.test(job))
bowker <- mcnemar.test(job)
fisher("typed-satisfaction", job, list(chiSquared.statistic = chi$statistic[[1]], mcNemar.statistic = bowker$statistic[[1]],
  mcNemar.df = bowker$parameter[[1]], mcNemar.p = bowker$p.value, cramersV = sqrt(chi$statistic[[1]] / (sum(job) * 3)), oddsRatio = NA))
fisher("typed-3x3-small-p", matrix(c(30, 2, 1, 1, 25, 3, 0, 2, 28), 3))
fisher("typed-2x6", matrix(c(9, 3, 4, 8, 12, 6, 7, 7, 2, 9, 6, 6), 2))
fisher("typed-5x3", matrix(c(3, 2, 7, 1, 0, 4, 1, 2, 5, 3, 0, 6, 1, 2, 4), 5))
margin <- matrix(c(3, 0, 4, 5, 0, 2), 3)
case("typed-empty-margin", "contingency", list(counts = lapply(1:3, function(i) margin[i, ]), rows = c("a", "b", "c"), columns = c("no", "yes")),
     "chisq.test gives NaN", list(n = 14, chiSquared.statistic = NaN, chiSquared.df = 2, chiSquared.p = NaN, cramersV = NaN,
       `table.rows` = c("a", "b", "c"), `table.columns` = c("no", "yes"), mcNemar = NA, fisher.p = fisher.test(margin)$p.value))

# ---- eValue (EValue::evalues.OR, evalues.HR, evalues.RR) --------------------------------------------------------------
e <- function(rr) { rr <- if (rr < 1) 1 / rr else rr; rr + sqrt(rr * (rr - 1)) }
hr <- function(x) (1 - .5^sqrt(x)) / (1 - .5^sqrt(1 / x))
value <- function(id, spec, estimate, limit) case(id, "eValue", spec, "VanderWeele & Ding 2017", list(n = 0, eValue = estimate, eValueCi = limit))
value("e-hr-common", list(measure = "HR", estimate = .6, ciLow = .41, ciHigh = .88), e(hr(.6)), e(hr(.88)))
value("e-or-rare", list(measure = "OR", estimate = 2.2, ciLow = 1.3, ciHigh = 3.7, rare = TRUE), e(2.2), e(1.3))
value("e-no-limit", list(measure = "RR", estimate = 1.8, ciHigh = 3), e(1.8), NA)
value("e-null", list(measure = "OR", estimate = 1, ciLow = .8, ciHigh = 1.3), 1, 1)
value("e-touches-one", list(measure = "RR", estimate = 1.4, ciLow = 1, ciHigh = 2), e(1.4), 1)

version <- sprintf("R %s.%s, survey %s", R.version$major, R.version$minor, packageVersion("survey"))
writeLines(c(sprintf("{ \"suite\": \"tables\", \"made\": \"%s\", \"cases\": [", version),
             paste0(sapply(cases, json), c(rep(",", length(cases) - 1), "")), "] }"), "tables.json")
