# Makes smoothing.json: R's answers for the smoothing models on series of base R.
# Run in this folder: Rscript smoothing.R
library(forecast)
library(jsonlite)

# Annual, monthly and quarterly; the same numbers as shared/data/classic-series.
series <- list(
  air_passengers_monthly = AirPassengers,
  uk_gas_quarterly = UKgas,
  us_accidental_deaths_monthly = USAccDeaths,
  nottingham_temp_monthly = nottem,
  nile_flow_annual = Nile
)

answer <- function(name, y, model, damped, spec) {
  fit <- ets(y, model = spec, damped = damped)
  ahead <- forecast(fit, h = 8, level = c(80, 95), simulate = FALSE)
  list(
    series = name, model = model, spec = spec, damped = damped,
    log_likelihood = fit$loglik, aicc = fit$aicc, sigma2 = fit$sigma2,
    sum_of_squares = sum((y - fit$fitted)^2), parameters = as.list(fit$par),
    forecast = as.numeric(ahead$mean),
    lo_95 = as.numeric(ahead$lower[, 2]), hi_95 = as.numeric(ahead$upper[, 2])
  )
}

fits <- list()
for (name in names(series)) {
  y <- series[[name]]
  fits[[length(fits) + 1]] <- answer(name, y, "ses", FALSE, "ANN")
  fits[[length(fits) + 1]] <- answer(name, y, "holt", FALSE, "AAN")
  fits[[length(fits) + 1]] <- answer(name, y, "holt", TRUE, "AAN")
  if (frequency(y) > 1) {
    fits[[length(fits) + 1]] <- answer(name, y, "holt_winters", FALSE, "AAA")
    fits[[length(fits) + 1]] <- answer(name, y, "holt_winters", FALSE, "MAM")
    fits[[length(fits) + 1]] <- answer(name, y, "holt_winters", TRUE, "MAM")
  }
}

plain <- list()
for (name in names(series)) {
  y <- series[[name]]
  for (model in c("naive", "seasonal_naive", "drift")) {
    f <- switch(model,
      naive = naive(y, h = 8), seasonal_naive = snaive(y, h = 8),
      drift = rwf(y, h = 8, drift = TRUE))
    plain[[length(plain) + 1]] <- list(series = name, model = model, forecast = as.numeric(f$mean))
  }
}

write(toJSON(list(
  script = "tests/golden/smoothing.R",
  made_with = paste0("R ", getRversion(), ", forecast ", packageVersion("forecast")),
  fits = fits, plain = plain
), auto_unbox = TRUE, digits = 10, pretty = TRUE), "smoothing.json")
