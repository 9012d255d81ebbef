# Makes ets.json: R's ets on series of base R: its automatic choice, and forced forms with their parameters.
# Run in this folder: Rscript ets.R
library(forecast)
source("to-json.R")

# The same numbers as shared/data/classic-series.
series <- list(
  air_passengers_monthly = AirPassengers,
  uk_gas_quarterly = UKgas,
  us_accidental_deaths_monthly = USAccDeaths,
  nottingham_temp_monthly = nottem,
  uk_driver_deaths_monthly = UKDriverDeaths,
  nile_flow_annual = Nile
)
forms <- c("ANN", "AAN", "MNN", "MAN", "ANA", "AAA", "MNA", "MAA", "MNM", "MAM")

answer <- function(name, y, spec, damped) {
  fit <- ets(y, model = spec, damped = damped)
  ahead <- forecast(fit, h = 18, level = 95)
  par <- function(key) if (key %in% names(fit$par)) fit$par[[key]]
  first <- fit$initstate
  seasonal <- fit$components[3] != "N"
  list(
    series = name, spec = spec, damped = fit$components[4] == "TRUE",
    description = fit$method,
    log_likelihood = fit$loglik, aicc = fit$aicc, sigma2 = fit$sigma2,
    alpha = par("alpha"), beta = par("beta"), gamma = par("gamma"), phi = par("phi"),
    level = first[["l"]], trend = if ("b" %in% names(first)) first[["b"]],
    season = if (seasonal) I(rev(as.numeric(first[grep("^s", names(first))]))),
    mean = as.numeric(ahead$mean), half_95 = as.numeric(ahead$upper[, 1] - ahead$mean)
  )
}

automatic <- lapply(names(series), function(name) {
  fit <- ets(series[[name]])
  list(series = name, description = fit$method, aicc = fit$aicc)
})

forced <- list()
for (name in names(series)[1:2]) {
  for (spec in forms) {
    for (damped in if (substr(spec, 2, 2) == "A") c(FALSE, TRUE) else FALSE) {
      forced[[length(forced) + 1]] <- answer(name, series[[name]], spec, damped)
    }
  }
}

theta <- lapply(names(series), function(name) {
  fit <- thetaf(series[[name]], h = 18, level = 95)
  list(
    series = name, mean = as.numeric(fit$mean), half_95 = as.numeric(fit$upper[, 1] - fit$mean),
    alpha = fit$model$alpha[[1]], drift = fit$model$drift[[1]]
  )
})

write(to_json(list(
  script = "tests/golden/ets.R",
  made_with = paste0("R ", getRversion(), ", forecast ", packageVersion("forecast")),
  automatic = automatic, forced = forced, theta = theta
), digits = 12), "ets.json")
