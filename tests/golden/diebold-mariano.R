# Makes diebold-mariano.json: forecast::dm.test (Harvey, Leybourne, Newbold) on pairs of errors, and tails of Student's t.
# Run in this folder: Rscript diebold-mariano.R
suppressPackageStartupMessages(library(forecast))
source("to-json.R")
set.seed(7)

case <- function(name, e1, e2, h, power) {
  test <- dm.test(e1, e2, alternative = "greater", h = h, power = power, varestimator = "acf")
  list(case = name, e1 = I(e1), e2 = I(e2), h = h, power = power,
       statistic = as.numeric(test$statistic), p = test$p.value)
}

r <- function(n, ...) round(rnorm(n, ...), 6)
walk <- function(n, sd) round(as.numeric(arima.sim(list(ma = c(0.8, 0.5)), n, sd = sd)), 6)
cases <- list(
  case("one step, second better", r(30, sd = 2), r(30), 1, 2),
  case("one step, absolute loss", r(24, sd = 1.2), r(24), 1, 1),
  case("first better", r(40), r(40, sd = 1.5), 1, 2),
  case("three steps", walk(60, 1.4), walk(60, 1), 3, 2),
  case("six steps, absolute loss", walk(80, 1.1), walk(80, 1), 6, 1),
  case("few pairs", r(5, mean = 1), r(5), 1, 1)
)
tail_of <- function(t, df) list(t = t, freedom = df, tail = pt(t, df, lower.tail = FALSE))
tails <- unlist(lapply(c(-2, 0, 0.01, 0.7, 2, 5, 40), function(t) lapply(c(1, 2, 3, 4, 11, 60, 999), function(d) tail_of(t, d))), recursive = FALSE)
made_with <- paste0(R.version.string, ", forecast ", packageVersion("forecast"))
cat(to_json(list(made_with = made_with, cases = cases, tails = tails), digits = 15), "\n", file = "diebold-mariano.json", sep = "")
