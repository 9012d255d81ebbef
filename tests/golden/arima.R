# Makes arima.json: R's maximum-likelihood fits of fixed orders on series of base R.
# Run in this folder: Rscript arima.R
suppressMessages(library(forecast))

# The same numbers as shared/data/classic-series; `log` and `missing` are done to them on both sides.
series <- list(
  air_passengers_monthly = AirPassengers,
  uk_gas_quarterly = UKgas,
  us_accidental_deaths_monthly = USAccDeaths,
  nottingham_temp_monthly = nottem,
  nile_flow_annual = Nile
)
regressor <- function(n) cbind(wave = sin((1:n) / 5), square = ((1:n) %% 7)^2)
horizon <- 6

numbers <- function(x) paste(sprintf("%.9g", x), collapse = ", ")
named <- function(x, names) paste(sprintf('"%s": %.9g', names, x), collapse = ", ")

answer <- function(name, order, seasonal = c(0, 0, 0), constant = FALSE, logged = FALSE,
                   missing = integer(0), xreg = FALSE) {
  y <- series[[name]]
  if (logged) y <- log(y)
  if (length(missing) > 0) y[missing] <- NA
  n <- length(y)
  columns <- if (xreg) regressor(n + horizon) else NULL
  known <<- if (xreg) columns[1:n, ] else NULL
  differences <- order[2] + seasonal[2]
  fit <- Arima(y, order = order, seasonal = seasonal, method = "ML",
    include.mean = constant && differences == 0, include.drift = constant && differences == 1,
    xreg = known, optim.control = list(reltol = 1e-14, maxit = 1000))
  future <<- if (xreg) columns[n + 1:horizon, ] else NULL
  ahead <- forecast(fit, h = horizon, level = 95, xreg = future)
  names <- sub("intercept", "mean", names(coef(fit)))
  se <- (ahead$upper[, 1] - ahead$mean) / qnorm(0.975)
  paste0(
    '    { "series": "', name, '", "log": ', tolower(logged), ', "missing": [', paste(missing, collapse = ", "),
    '], "regressors": ', tolower(xreg), ',\n      "order": [', paste(order, collapse = ", "), '], "seasonal": [',
    paste(seasonal, collapse = ", "), '], "constant": ', tolower(constant),
    ',\n      "parameters": { ', named(coef(fit), names), ' },\n      "standard_errors": { ',
    named(sqrt(diag(vcov(fit))), names), ' },\n      "log_likelihood": ', sprintf("%.9g", fit$loglik),
    ', "aicc": ', sprintf("%.9g", fit$aicc), ',\n      "forecast": [', numbers(ahead$mean), '],\n      "deviation": [',
    numbers(se), "] }"
  )
}

gaps <- c(5, 20, 21, 22, 60)
fits <- c(
  answer("air_passengers_monthly", c(0, 1, 1), c(0, 1, 1), logged = TRUE),
  answer("air_passengers_monthly", c(2, 1, 1), c(0, 1, 0)),
  answer("air_passengers_monthly", c(0, 1, 1), c(0, 1, 1), logged = TRUE, missing = c(gaps, 100:106)),
  answer("air_passengers_monthly", c(1, 0, 0), c(0, 1, 1), constant = TRUE, logged = TRUE),
  answer("nile_flow_annual", c(1, 0, 1), constant = TRUE),
  answer("nile_flow_annual", c(1, 1, 1)),
  answer("nile_flow_annual", c(0, 1, 1), constant = TRUE),
  answer("nile_flow_annual", c(1, 0, 1), constant = TRUE, missing = gaps),
  answer("nile_flow_annual", c(1, 1, 1), missing = gaps),
  answer("nile_flow_annual", c(1, 0, 0), constant = TRUE, xreg = TRUE),
  answer("nile_flow_annual", c(0, 1, 1), xreg = TRUE, missing = gaps),
  answer("uk_gas_quarterly", c(0, 1, 1), c(0, 1, 1), logged = TRUE),
  answer("us_accidental_deaths_monthly", c(0, 1, 1), c(0, 1, 1)),
  answer("nottingham_temp_monthly", c(1, 0, 0), c(2, 1, 0), constant = TRUE),
  answer("nottingham_temp_monthly", c(3, 0, 0), c(1, 0, 0), constant = TRUE)
)

writeLines(c(
  "{",
  '  "script": "tests/golden/arima.R",',
  sprintf('  "made_with": "R %s, forecast %s",', getRversion(), packageVersion("forecast")),
  '  "fits": [', paste(fits, collapse = ",\n"), "  ]", "}"
), "arima.json")
