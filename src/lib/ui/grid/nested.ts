/** A nested value as JSON: compact, or over several lines with `indent`. Whole numbers beyond 2^53 and infinities are text. */
export function nestedJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, (_, item: unknown) => plain(item), indent) ?? 'null';
}

function plain(item: unknown): unknown {
  if (typeof item === 'bigint') {
    return Number.isSafeInteger(Number(item)) ? Number(item) : String(item);
  }
  if (typeof item === 'number' && !Number.isFinite(item)) return String(item);
  return item;
}
