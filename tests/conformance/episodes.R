# Writes episodes.json (formatted by Biome afterwards): what survSplit of R's survival gives. Run: Rscript episodes.R > episodes.json (R 4.2.2, survival 3.5-3)
library(survival)
json <- function(x) paste0("[", paste(ifelse(is.na(x), "null", vapply(x, format, "", digits = 15, trim = TRUE)), collapse = ","), "]")
set.seed(3)
n <- 40
data <- data.frame(id = 1:n, entry = round(runif(n, 0, 4), 1), time = NA, died = rbinom(n, 1, .6), age = sample(40:80, n))
data$time <- data$entry + round(rexp(n, 1 / 5), 1) + .1
data$time[1:6] <- c(2, 4, 4.05, 8, 9, 20)  # some equal to a cut
data$entry[1:6] <- c(0, 2, 4, 0.5, 4, 0)
data$died[7] <- NA
cuts <- c(4, 2, 8)
split <- function(formula) {
  made <- survSplit(formula, data, cut = cuts, episode = "episode", start = "tstart", end = "tstop", event = "event")
  columns <- c("id", "age", "tstart", "tstop", "event", "episode")
  fit <- coxph(Surv(tstart, tstop, event) ~ age + age:episode, made, ties = "efron")
  paste0("{", paste(paste0("\"", columns, "\":", vapply(columns, function(name) json(made[[name]]), "")), collapse = ","),
         ",\"coefficients\":", json(coef(fit)), ",\"se\":", json(sqrt(diag(vcov(fit)))), "}")
}
cat("{\"made\":\"", R.version.string, ", survival ", as.character(packageVersion("survival")), "\",\n\"cuts\":", json(cuts), ",\n\"data\":{",
    paste(paste0("\"", names(data), "\":", vapply(data, json, "")), collapse = ","), "},\n\"fromZero\":",
    split(Surv(time, died) ~ id + age), ",\n\"fromEntry\":", split(Surv(entry, time, died) ~ id + age), "}\n", sep = "")
