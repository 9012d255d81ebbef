import { vi } from 'vitest';

/** Waits until a check holds: for what comes sooner or later, however busy the machine is. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, 20_000);
}
