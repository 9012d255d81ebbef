/**
 * A value that changes at most once in `everyMs`, to its newest. The first is there at once; while `held()` says so it
 * stays. For what comes faster than eyes follow. Call it while a component is set up.
 */
export function paced<T>(
  source: () => T,
  everyMs: number,
  held: () => boolean = () => false
): { readonly current: T } {
  let current = $state.raw(source());
  let changedAt = performance.now();
  $effect(() => {
    const next = source();
    if (held() || next === current) return;
    const timer = setTimeout(
      () => {
        changedAt = performance.now();
        current = next;
      },
      Math.max(0, changedAt + everyMs - performance.now())
    );
    return () => clearTimeout(timer);
  });
  return {
    get current() {
      return current;
    }
  };
}
