/** Ends a switch over a union: a case that was forgotten is a type error here. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}

/** Throws (a bug, never a reader's mistake) unless `condition` holds. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${what}`);
}

/** The value, which the caller knows to be there; a bug otherwise. */
export function defined<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined)
    throw new Error(`Broken invariant: ${what} is missing`);
  return value;
}
