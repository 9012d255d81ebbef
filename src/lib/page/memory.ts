/** Small values that a notebook keeps in this browser outside its text. A store that is full or shut keeps nothing. */
export function remember(notebook: string, key: string, value: unknown): void {
  try {
    localStorage.setItem(nameOf(notebook, key), JSON.stringify(value));
  } catch {
    // Without the store the next visit starts afresh.
  }
}

/** The value kept under `key`, or undefined. */
export function recall(notebook: string, key: string): unknown {
  try {
    const text = localStorage.getItem(nameOf(notebook, key));
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nameOf(notebook: string, key: string): string {
  return `qm-memory ${notebook} ${key}`;
}
