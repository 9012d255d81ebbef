# Makes drift.json: two-sample Kolmogorov-Smirnov tests by R's ks.test (exact with ties since R 4.2), and stability indices by cut and table.
# Run in this folder: Rscript drift.R
source("to-json.R")
set.seed(20)

ks <- function(name, x, y, exact = NULL) {
  test <- suppressWarnings(ks.test(x, y, exact = exact))
  list(case = name, x = I(x), y = I(y), distance = as.numeric(test$statistic), p = test$p.value,
       exact = if (is.null(exact)) length(x) * length(y) < 10000 else exact)
}

psi <- function(name, x, y, bins) {
  edges <- c(-Inf, unique(quantile(x, seq_len(bins - 1) / bins)), Inf)
  p <- pmax(table(cut(x, edges)) / length(x), 0.5 / length(x), 1e-4)
  q <- pmax(table(cut(y, edges)) / length(y), 0.5 / length(y), 1e-4)
  list(case = name, x = I(x), y = I(y), bins = bins, index = sum((q - p) * log(q / p)))
}

r <- function(n, ...) round(rnorm(n, ...), 6)
tests <- list(
  ks("three against four", c(0.1, 0.5, 2), c(0.2, 0.3, 0.7, 1.4)),
  ks("same distribution, small", r(12), r(17)),
  ks("shifted, small", r(25), r(30, mean = 1.5)),
  ks("far apart: a chance of few digits", r(20), r(40, mean = 6)),
  ks("ties of counts", rpois(40, 2), rpois(50, 3)),
  ks("mostly zeros", c(rep(0, 30), 1, 2), c(rep(0, 20), 1, 1, 1, 3, 5)),
  ks("one value against many", 0.3, r(60)),
  ks("largest exact", r(99), r(101, sd = 1.3)),
  ks("limit distribution, near", r(150), r(140)),
  ks("limit distribution, apart", r(150), r(140, mean = 0.6)),
  ks("limit distribution, ties", rpois(200, 4), rpois(150, 4.6)),
  ks("equal samples", c(1, 2, 3, 4, 5), c(1, 2, 3, 4, 5))
)
stabilities <- list(
  psi("same distribution", r(200), r(150), 10),
  psi("shifted", r(200), r(150, mean = 0.8), 10),
  psi("an empty bin", r(100), abs(r(60)) + 0.5, 10),
  psi("few rows, few bins", r(25), r(20, sd = 2), 5)
)
made_with <- R.version.string
cat(to_json(list(made_with = made_with, tests = tests, stabilities = stabilities), digits = 15), "\n", file = "drift.json", sep = "")
