# Makes stl.json: R's stl with every loess point computed (no jumps).
# Run in this folder: Rscript stl.R
library(jsonlite)
answer <- function(name, y, window, robust) {
  fit <- stl(y, s.window = window, s.jump = 1, t.jump = 1, l.jump = 1, robust = robust)
  parts <- fit$time.series
  list(
    series = name, season = frequency(y), window = window, robust = robust,
    seasonal = as.numeric(parts[, "seasonal"]), trend = as.numeric(parts[, "trend"])
  )
}
write(toJSON(list(
  script = "tests/golden/stl.R", made_with = paste0("R ", getRversion()),
  fits = list(
    answer("air_passengers_monthly", AirPassengers, "periodic", FALSE),
    answer("air_passengers_monthly", AirPassengers, 13, FALSE),
    answer("nottingham_temp_monthly", nottem, "periodic", TRUE),
    answer("uk_gas_quarterly", UKgas, 7, TRUE)
  )
), auto_unbox = TRUE, digits = 8, pretty = FALSE), "stl.json")
