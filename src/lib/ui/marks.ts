/** Every state and alert mark: the shape says it, the colour repeats it. */
export type Mark =
  | 'done'
  | 'stale'
  | 'blocked'
  | 'queued'
  | 'running'
  | 'paused'
  | 'live'
  | 'error'
  | 'cancelled'
  | 'off'
  | 'warning'
  | 'passed'
  | 'pending'
  | 'firing'
  | 'resolved'
  | 'silenced'
  | 'no-data';
