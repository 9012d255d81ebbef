/** What runs script on a page's main thread, outermost first; painting, layout and what is rastered are none of it. */
const scripts = new Set([
  'FireAnimationFrame',
  'TimerFire',
  'FunctionCall',
  'EvaluateScript',
  'EventDispatch',
  'RunMicrotasks'
]);

/** The categories of a trace that tell it. */
export const traceCategories = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
  'blink.user_timing'
];

/**
 * Milliseconds of script in each frame of a phase, from a Chromium trace: processor time of the main thread within
 * animation frames, timers, events and microtasks, collection of garbage in them included, from one frame to the next.
 * A phase lies between the marks `begin NAME` and `end NAME`.
 */
export function scriptPerFrame(events, name) {
  const mark = (label) => events.find((e) => e.name === label && e.cat.includes('user_timing'));
  const [begin, end] = [mark(`begin ${name}`), mark(`end ${name}`)];
  const own = events
    .filter((e) => e.pid === begin.pid && e.tid === begin.tid && e.ts >= begin.ts && e.ts <= end.ts)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const frames = [];
  let until = -Infinity;
  for (const event of own) {
    if (event.name === 'BeginMainThreadFrame') frames.push(0);
    if (event.ph !== 'X' || !scripts.has(event.name) || event.ts < until || frames.length === 0)
      continue;
    until = event.ts + event.dur;
    frames[frames.length - 1] += (event.tdur ?? event.dur) / 1000;
  }
  return frames.slice(0, -1);
}
