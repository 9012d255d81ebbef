# Makes diagnostics.json: what R says of residuals: acf, Box.test, tseries' jarque.bera.test, t.test, checkresiduals' lags.
# Run in this folder: Rscript diagnostics.R
suppressPackageStartupMessages({ library(forecast); library(tseries) })
source("to-json.R")

case <- function(name, residuals, season, weights) {
  x <- as.numeric(residuals)
  n <- length(x)
  lags <- max(weights + 3, min(ifelse(season > 1, 2 * season, 10), round(n / 5)))
  box <- Box.test(x, lag = lags, type = "Ljung-Box", fitdf = weights)
  jb <- jarque.bera.test(x)
  mean <- t.test(x)
  list(
    case = name, residuals = I(x), season = season, weights = weights, lags = lags,
    acf = I(acf(x, lag.max = lags, plot = FALSE)$acf[-1]),
    degrees = as.numeric(box$parameter), ljung_box = as.numeric(box$statistic), ljung_box_p = box$p.value,
    jarque_bera = as.numeric(jb$statistic), jarque_bera_p = as.numeric(jb$p.value),
    mean = as.numeric(mean$estimate), mean_error = mean$stderr
  )
}

airline <- Arima(log(AirPassengers), order = c(0, 1, 1), seasonal = c(0, 1, 1))
smooth <- ets(Nile, model = "ANN")
answers <- list(
  case("airline model of the logarithm of AirPassengers", residuals(airline), 12, 2),
  case("seasonal naive on AirPassengers, autocorrelated", tail(residuals(snaive(AirPassengers)), -12), 12, 0),
  case("simple smoothing of Nile", residuals(smooth), 1, 1),
  case("skewed errors", residuals(lm(lynx ~ 1)), 1, 0),
  case("few rows", c(1.5, -0.5, 0.25, -2, 1, 0.75, -1.25), 1, 1)
)
tail_of <- function(x, df) list(x = x, degrees = df, tail = pchisq(x, df, lower.tail = FALSE))
tails <- unlist(lapply(c(0.01, 1, 7.5, 40, 300), function(x) lapply(c(1, 2, 3, 8, 23, 48), function(d) tail_of(x, d))), recursive = FALSE)
made_with <- paste0(R.version.string, ", forecast ", packageVersion("forecast"), ", tseries ", packageVersion("tseries"))
cat(to_json(list(made_with = made_with, cases = answers, tails = tails), digits = 15), "\n", file = "diagnostics.json", sep = "")
