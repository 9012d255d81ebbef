# A value as JSON in base R: named lists are objects, other lists and I(...) and longer vectors arrays, NULL fields left out.
to_json <- function(x, digits = 10) {
  join <- function(parts, open, close) paste0(open, paste(parts, collapse = ","), close)
  if (is.list(x)) {
    x <- Filter(Negate(is.null), x)
    parts <- vapply(unname(x), to_json, "", digits = digits)
    if (is.null(names(x))) return(join(parts, "[", "]"))
    return(join(paste0('"', names(x), '":', parts), "{", "}"))
  }
  atoms <- if (is.character(x)) {
    paste0('"', x, '"')
  } else if (is.logical(x)) {
    ifelse(x, "true", "false")
  } else {
    ifelse(is.finite(x), format_number(x, digits), "null")
  }
  if (length(x) == 1 && !inherits(x, "AsIs")) atoms else join(atoms, "[", "]")
}

format_number <- function(x, digits) vapply(as.numeric(x), format, "", digits = digits, scientific = NA)
