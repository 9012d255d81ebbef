# Makes regression.json: what R's lm says of the regressions on series of base R and one made here.
# Run in this folder: Rscript regression.R

# JSON without a package: named lists as objects, everything longer than one (or marked by I) as arrays.
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    items <- sapply(x, json)
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n"), "]"))
    return(paste0("{", paste0("\"", names(x), "\":", items, collapse = ","), "}"))
  }
  words <- if (is.character(x)) paste0("\"", x, "\"") else formatC(x, digits = 15, format = "g")
  if (length(x) == 1 && !inherits(x, "AsIs")) words else paste0("[", paste(words, collapse = ","), "]")
}

h <- 8

# Fits, then goes on from its own lags; `spread` is the standard deviation of lm's prediction interval.
answer <- function(case, y, season, known, lags, regressors = NULL, times = NULL) {
  n <- length(y)
  y <- as.numeric(y)
  first <- max(0, lags)
  rows <- (first + 1):n
  x <- known[rows, , drop = FALSE]
  for (lag in lags) {
    x <- cbind(x, y[rows - lag])
    colnames(x)[ncol(x)] <- paste0("lag", lag)
  }
  data <- data.frame(.y = y[rows], x, check.names = FALSE)
  fit <- lm(.y ~ ., data = data)
  path <- y
  spread <- numeric(0)
  for (t in (n + 1):(n + h)) {
    row <- known[t, , drop = FALSE]
    for (lag in lags) {
      row <- cbind(row, path[t - lag])
      colnames(row)[ncol(row)] <- paste0("lag", lag)
    }
    at <- predict(fit, data.frame(row, check.names = FALSE), se.fit = TRUE)
    path <- c(path, at$fit)
    spread <- c(spread, sqrt(at$se.fit^2 + at$residual.scale^2))
  }
  figures <- summary(fit)$coefficients
  names <- gsub("`", "", sub("\\(Intercept\\)", "intercept", rownames(figures)))
  list(
    case = case, values = y, season = season, lags = I(lags), regressors = regressors, times = times,
    coefficients = setNames(as.list(figures[, 1]), names),
    errors = setNames(as.list(figures[, 2]), names),
    log_likelihood = as.numeric(logLik(fit)), sigma2 = summary(fit)$sigma^2,
    forecast = as.numeric(path[(n + 1):(n + h)]), spread = as.numeric(spread)
  )
}

trend <- function(n) cbind(trend = 1:(n + h))
places <- function(n, m) {
  out <- sapply(2:m, function(i) as.numeric((0:(n + h - 1)) %% m == i - 1))
  colnames(out) <- paste0("season", 2:m)
  out
}
waves <- function(n, m, k) {
  t <- 1:(n + h)
  out <- do.call(cbind, lapply(1:k, function(i) cbind(sin(2 * pi * i * t / m), cos(2 * pi * i * t / m))))
  colnames(out) <- unlist(lapply(1:k, function(i) paste0(c("S", "C"), i, "-", m)))
  out
}

air <- AirPassengers
n <- length(air)
gas <- UKgas
g <- length(gas)
t <- 1:(g + h)
price <- round(10 + 3 * sin(t / 3) + (t * 7 %% 5) / 10, 3)
promotion <- as.numeric(t %% 9 == 0)

days <- 600
d <- 0:(days + h - 1)
dates <- as.Date("2022-01-01") + d
weekday <- sapply(2:7, function(i) as.numeric(as.integer(format(dates, "%u")) == i))
colnames(weekday) <- c("tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
month <- sapply(2:12, function(i) as.numeric(as.integer(format(dates, "%m")) == i))
colnames(month) <- tolower(month.name[2:12])
made <- (100 + 0.1 * d + (d * 7919) %% 13 + 10 * weekday[, "saturday"] + 5 * month[, "july"])[1:days]

answers <- list(
  answer("trend and season", air, 12, cbind(trend(n), places(n, 12)), integer(0)),
  answer("lags of one and a season", air, 12, cbind(trend(n), places(n, 12)), c(1, 12)),
  answer("waves", air, 24, cbind(trend(n), waves(n, 24, 6)), 1),
  answer("regressors", gas, 4, cbind(price, promotion, trend(g), places(g, 4)), 1,
    regressors = list(price = price, promotion = promotion)),
  answer("weekday and month", made, 1, cbind(trend(days), weekday, month), integer(0),
    times = as.numeric(dates) * 86400000)
)
made_with <- paste0(R.version.string, ", lm")
cat(json(list(made_with = made_with, fits = answers)), file = "regression.json")
