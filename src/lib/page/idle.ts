/** Runs something once the page has painted and has a moment; the function returned calls it off. */
export function whenIdle(then: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const handle = requestIdleCallback(then, { timeout: 500 });
    return () => cancelIdleCallback(handle);
  }
  const handle = setTimeout(then, 50);
  return () => clearTimeout(handle);
}
