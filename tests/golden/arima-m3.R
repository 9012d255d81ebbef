# Makes arima-m3.json: what R's auto.arima finds for the training part of every monthly series of the M3 subset.
# Run in this folder, with shared/data beside the repository: Rscript arima-m3.R
library(forecast)

rows <- read.csv("../../../shared/data/m3-subset/m3_subset_long.csv")
rows <- rows[rows$period == "MONTHLY" & rows$part == "train", ]

fits <- vapply(unique(rows$series_id), function(id) {
  y <- ts(rows$value[rows$series_id == id], frequency = 12)
  fit <- auto.arima(y)
  order <- arimaorder(fit)
  seasonal <- if (length(order) > 3) order[4:6] else c(0, 0, 0)
  constant <- any(c("drift", "intercept") %in% names(coef(fit)))
  sprintf(
    '    { "id": "%s", "order": [%s], "seasonal": [%s], "constant": %s, "log_likelihood": %.6f, "aicc": %.6f }',
    id, paste(order[1:3], collapse = ", "), paste(seasonal, collapse = ", "),
    if (constant) "true" else "false", fit$loglik, fit$aicc
  )
}, "")

writeLines(c(
  "{",
  '  "script": "tests/golden/arima-m3.R",',
  sprintf('  "made_with": "R %s, forecast %s",', getRversion(), packageVersion("forecast")),
  '  "fits": [', paste(fits, collapse = ",\n"), "  ]", "}"
), "arima-m3.json")
