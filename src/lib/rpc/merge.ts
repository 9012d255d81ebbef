/** The later of two progress messages, with what only the earlier one holds: an option `combine` of `serve`. */
export function mergeProgress(earlier: unknown, later: unknown): object {
  return { ...(earlier as object), ...(later as object) };
}
