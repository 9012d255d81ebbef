# Makes mstl.json: R's mstl with every loess point computed (no jumps).
# Run in this folder: Rscript mstl.R
library(forecast)
source("to-json.R")

# Five weeks of electricity demand: half-hourly taylor thinned to a day of 24 and a week of 168 rows.
hourly <- taylor[seq(1, by = 2, length.out = 5 * 168)]

answer <- function(name, y, robust) {
  fit <- mstl(y, s.jump = 1, t.jump = 1, l.jump = 1, robust = robust)
  seasonal <- grep("^Seasonal", colnames(fit))
  list(
    series = name, robust = robust,
    seasons = I(if (inherits(y, "msts")) attr(y, "msts") else frequency(y)),
    values = if (inherits(y, "msts")) as.numeric(y) else NULL,
    trend = as.numeric(fit[, "Trend"]),
    seasonals = lapply(seasonal, function(i) as.numeric(fit[, i])),
    remainder = as.numeric(fit[, "Remainder"])
  )
}

# What mstl and ets without a season forecast for two days and a week.
ahead <- function(y, h) {
  fit <- mstl(y, s.jump = 1, t.jump = 1, l.jump = 1)
  model <- ets(seasadj(fit), model = "ZZN")
  list(
    series = "taylor_hourly", description = model$method,
    mean = as.numeric(forecast(fit, method = "ets", h = h)$mean)
  )
}

write(to_json(list(
  script = "tests/golden/mstl.R",
  made_with = paste0("R ", getRversion(), ", forecast ", packageVersion("forecast")),
  fits = list(
    answer("air_passengers_monthly", AirPassengers, FALSE),
    answer("us_accidental_deaths_monthly", USAccDeaths, TRUE),
    answer("taylor_hourly", msts(hourly, seasonal.periods = c(24, 168)), FALSE)
  ),
  ahead = ahead(msts(hourly, seasonal.periods = c(24, 168)), 216)
), digits = 9), "mstl.json")
