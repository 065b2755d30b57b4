# Writes expressions.json (formatted by Biome afterwards): 1,000 expressions over a small table with the values that R gives them. Each is made twice,
# as it is written here and as R writes it; where the conventions go another way than R (a missing operand of `^`, sums of
# nothing), R is told so below. Run: Rscript expressions.R > expressions.json (R 4.2.2)
invisible(Sys.setlocale("LC_COLLATE", "C"))
set.seed(20)
options(warn = -1)
rows <- 12
gaps <- function(x) { x[sample(rows, 2)] <- NA; x }
words <- function(from) gaps(sample(from, rows, TRUE))
data <- list(
  age = gaps(sample(18:90, rows)), crp = gaps(round(rexp(rows, 1 / 20), 2)), score = sample(0:3, rows, TRUE),
  change = gaps(round(rnorm(rows, 0, 2), 2)), `heart rate` = sample(50:120, rows),
  born = as.numeric(as.Date("1940-02-29")) + sample(0:25000, rows), seen = gaps(as.numeric(as.Date("2020-01-01")) + sample(0:1500, rows)),
  sex = words(c("Female", "Male")), stage = words(c("I", "II", "III", "IV")), code = words(c("10", "9", "1e1", "n/k", "A", "b", "é")))

# R's side ------------------------------------------------------------------------------------------------------------
`^` <- function(a, b) { out <- base::`^`(a, b); out[is.na(a + b)] <- NA; out }
`%in%` <- function(x, table) !is.na(x) & base::`%in%`(x, table)
choose <- function(test, yes, no) {
  n <- max(length(test), length(yes), length(no))
  base::ifelse(rep_len(test, n), yes, no)
}
over <- function(f) function(x, ...) { x <- x[!is.na(x)]; if (length(x)) unname(f(x, ...)) else NA }
least <- over(min); most <- over(max); average <- over(mean); deviation <- over(sd); middle <- over(median)
total <- over(sum); share <- over(quantile)
interval <- function(x, breaks, labels) as.character(cut(x, c(-Inf, breaks, Inf), labels, right = FALSE, include.lowest = TRUE))
tile <- function(x, k) {
  if (all(is.na(x))) return(rep(NA_character_, length(x)))
  as.character(findInterval(x, quantile(x, (seq_len(k) - 1)[-1] / k, na.rm = TRUE), left.open = TRUE) + 1)
}
write <- function(x) {
  if (is.character(x)) return(x)
  if (is.logical(x)) return(as.character(x))
  vapply(x, function(v) if (is.na(v)) NA_character_ else format(if (v == 0) 0 else v, digits = 15, scientific = FALSE, trim = TRUE), "")
}
day <- function(x) as.POSIXlt(as.Date(x, origin = "1970-01-01"))
completed <- function(from, to) {
  a <- day(from); b <- day(to)
  b$year - a$year - (b$mon * 100 + b$mday < a$mon * 100 + a$mday)
}

# Both sides at once: c(ours, R's) --------------------------------------------------------------------------------------
one <- function(...) sample(c(...), 1)
same <- function(x) c(x, x)
join <- function(...) { parts <- list(...); c(paste0(vapply(parts, `[`, "", 1), collapse = ""), paste0(vapply(parts, function(p) p[length(p)], ""), collapse = "")) }
constant <- function() same(one("0", "1", "2", "3", "10", "0.5", "1.25", "65", "1e2"))
number <- function(depth) {
  if (depth == 0) return(if (runif(1) < .7) same(one("age", "crp", "score", "change", "`heart rate`")) else constant())
  inner <- function() number(depth - 1)
  switch(sample(17, 1),
    join("(", inner(), ")"), join("-", inner()),
    join(same(one("abs", "exp", "floor", "ceiling", "round")), "(", number(0), ")"),
    join(same(one("log", "log2", "log10", "sqrt")), "(", inner(), ")"),
    join(same(one("pmin", "pmax")), "(", inner(), ", ", number(0), ")"),
    join(c("ifelse", "choose"), "(", logical(depth - 1), ", ", inner(), ", ", number(0), ")"),
    join(switch(sample(6, 1), c("min", "least"), c("max", "most"), c("mean", "average"), c("sd", "deviation"), c("median", "middle"), c("sum", "total")), "(", inner(), ")"),
    join(c("quantile", "share"), "(", inner(), ", ", same(one("0.25", "0.9", "1/3")), ")"),
    join("(", logical(depth - 1), ") + ", number(0)),
    join(c("number", "as.numeric"), "(", same("code"), ")"),
    join(c("years", "completed"), "(born, seen)"), join(c("days(born, ", "(-born + "), same("seen)")),
    join("round(", number(0), ", ", same(one("1", "2", "-1")), ")"),
    c("(year(seen) - 2000)", "(day(seen)$year - 100)"), c("month(born)", "(day(born)$mon + 1)"),
    join(number(0), same(one("^2", "^0.5", "^-1", " %% 7", " %% -2.5")), same(one("", " * 2", " + 1"))),
    join(inner(), same(one(" + ", " - ", " * ", " / ", "+", "-", "*", " %% ")), number(sample(0:1, 1))))
}
comparison <- function() same(one(" < ", " <= ", " > ", " >= ", " == ", " != "))
logical <- function(depth) {
  if (depth == 0) return(if (runif(1) < .8) join(number(0), comparison(), constant()) else same(one("TRUE", "FALSE")))
  switch(sample(8, 1),
    join("!", logical(depth - 1)), join("(", logical(depth - 1), ")"),
    join(logical(depth - 1), same(one(" & ", " | ")), logical(sample(0:1, 1))),
    join(c("isMissing", "is.na"), "(", if (runif(1) < .5) number(depth - 1) else text(depth - 1), ")"),
    join(text(0), comparison(), text(0)),
    if (runif(1) < .5) c("stage %in% ['I', 'IV']", "stage %in% c('I', 'IV')") else c("score %in% [0, 1 + 2]", "score %in% c(0, 1 + 2)"),
    join(c("date('2021-06-30')", "as.numeric(as.Date('2021-06-30'))"), comparison(), "seen"),
    join(number(depth - 1), comparison(), number(0)))
}
text <- function(depth) {
  if (depth == 0) return(if (runif(1) < .7) same(one("sex", "stage", "code")) else same(one("'Male'", "\"II\"", "'b'", "'é'", "''")))
  switch(sample(5, 1),
    join(c("ifelse", "choose"), "(", logical(depth - 1), ", ", text(depth - 1), ", ", text(0), ")"),
    join(c("text", "write"), "(", if (runif(1) < .5) join("round(", number(0), ", 1)") else text(depth - 1), ")"),
    join(c("cut(", "interval("), number(depth - 1), c(", [18, 65])", ", c(18, 65), c('[-Inf,18)', '[18,65)', '[65,Inf)'))")),
    join(c("cut(", "interval("), number(0), c(", [0.5, 1.5, 60], ['d', 'c', 'b', 'a'])", ", c(0.5, 1.5, 60), c('d', 'c', 'b', 'a'))")),
    join(c("ntile", "tile"), "(", number(0), ", ", same(one("2", "3", "4")), ")"))
}

# JSON ------------------------------------------------------------------------------------------------------------------
quoted <- function(x) ifelse(is.na(x), "null", paste0("\"", gsub("\"", "\\\\\"", gsub("\\\\", "\\\\\\\\", x)), "\""))
cells <- function(x) {
  x[is.nan(x)] <- NA
  if (is.character(x)) return(quoted(x))
  x <- as.numeric(x)
  ifelse(is.na(x), "null", ifelse(is.infinite(x), ifelse(x > 0, "\"Inf\"", "\"-Inf\""), vapply(x, format, "", digits = 15, trim = TRUE)))
}
is.nan <- function(x) if (is.character(x)) rep(FALSE, length(x)) else base::is.nan(x)
array <- function(x) paste0("[", paste(x, collapse = ","), "]")
made <- character()
while (length(made) < 1000) {
  both <- switch(sample(3, 1), number(sample(4, 1)), logical(sample(4, 1)), text(sample(3, 1)))
  if (nchar(both[1]) > 200 || any(startsWith(made, paste0("[", quoted(both[1]))))) next
  value <- rep_len(eval(parse(text = both[2]), data), rows)
  made <- c(made, paste0("[", quoted(both[1]), ",", array(cells(value)), "]"))
}
cat("{\"made\":\"", R.version.string, "\",\n\"data\":{", paste(paste0(quoted(names(data)), ":", vapply(data, function(x) array(cells(x)), "")), collapse = ",\n"),
    "},\n\"cases\":[\n", paste(made, collapse = ",\n"), "\n]}\n", sep = "")
