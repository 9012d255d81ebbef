const n = (value: number) => value.toLocaleString('en');
const plural = (value: number, one: string, many: string) =>
  `${n(value)} ${value === 1 ? one : many}`;

/** The words of live boards. */
export const boardEn = {
  standing: {
    firing: 'Firing',
    error: 'Rule in error',
    pending: 'Pending',
    no_data: 'No data',
    unknown: 'Unknown',
    anomaly: 'Anomaly',
    usual: 'As expected',
    none: 'Not judged'
  },
  onBefore: (change: string) => `${change} on the window before`,
  onDay: (change: string) => `${change} on the day before`,
  onWeek: (change: string) => `${change} on the week before`,
  onAgo: (change: string, ago: string) => `${change} on ${ago} before`,
  same: 'the same',
  noChange: 'nothing to compare with yet',
  noValue: 'no value',
  usually: (value: string) => `usually ${value}`,
  series: 'Every series',
  shownKey: (by: string) => `Shown: ${by}`,
  search: 'Find a series',
  measure: 'Measure',
  noSeries: 'No series has that in its name.',
  shown: (from: number, to: number, of: number) =>
    `${n(from)}–${n(to)} of ${plural(of, 'series', 'series')}, worst first`,
  forgotten: (kept: number, gone: number) =>
    `${plural(kept, 'key', 'keys')} known, ${n(gone)} forgotten that said nothing for long`,
  refused: (events: number) =>
    `${plural(events, 'event', 'events')} in no window: too many keys at once`,
  cutKeys: (kept: number) => `The ${n(kept)} with the latest windows.`,
  previous: 'Previous',
  next: 'Next',
  recent: (count: number) => `last ${n(count)} windows`,
  beyond: (rule: string, limit: string) => `${rule}: ${limit}, beyond what is drawn`,
  charts: 'Measures over time',
  reading: 'Reading earlier windows',
  windowsDrawn: (count: number) => plural(count, 'window', 'windows'),
  history: 'History',
  position: 'Moment shown',
  pauseView: 'Hold the view',
  live: 'Back to live',
  toEnd: 'Back to the end',
  following: 'Following the stream',
  followingEnd: 'At the end',
  held: (moment: string) => `Held at ${moment}; the stream goes on.`,
  heldEnded: (moment: string) => `Shown as of ${moment}.`,
  closer: 'Closer',
  wider: 'Wider',
  all: 'All of it',
  spanOf: (span: string) => `${span} shown`,
  days: (days: number) => plural(days, 'day', 'days'),
  keysHint:
    'Arrow keys move by a window, with Shift by ten, Page Up and Page Down by a screen, Home to the first screen and then to the first window, End back to the newest.',
  window: 'Window',
  windowTo: (end: string) => `Window to ${end}`,
  close: 'Close',
  previousWindow: 'Window before',
  nextWindow: 'Window after',
  between: 'usual between',
  score: 'score',
  noScore: 'not an anomaly',
  reason: 'Why',
  then: (moment: string) => `as of ${moment}`,
  calm: 'No alert was active then.',
  lateEvents: 'Late',
  duplicates: 'Duplicates put aside',
  accepted: 'Events',
  watermark: 'Watermark',
  corrected: 'Corrected windows',
  feedOverTime: (period: string) => `events per ${period}`,
  feedChart: (gaps: number) =>
    `Events over time${gaps > 0 ? `; ${plural(gaps, 'silence', 'silences')}` : ''}`,
  empty: {
    noEvents: 'No event has come yet.',
    noEventsText: 'The board fills as soon as the stream has something to tell.',
    noWindow: 'No window has closed yet.',
    noWindowText: (events: number) =>
      `${plural(events, 'event is', 'events are')} in; the first window closes once the watermark has passed its end.`,
    nothing: 'The stream ended without an event.',
    ended: 'The stream has ended; this is all of it.',
    stopped: 'Stopped. What had come stays.'
  },
  summary: (moment: string, counts: { firing: number; pending: number }, figures: string): string =>
    `${moment}. ${counts.firing === 0 ? 'No alert is firing' : plural(counts.firing, 'alert is firing', 'alerts are firing')}${
      counts.pending === 0 ? '' : `, ${n(counts.pending)} pending`
    }. ${figures}.`,
  wall: {
    open: 'Board',
    openLong: 'Show as a board',
    label: 'Board',
    leave: 'Leave the board',
    full: 'Full screen',
    window: 'Leave full screen',
    choose: 'Cells',
    chooseHint: 'What the board shows. The address of this page keeps the choice.',
    none: 'Nothing to show yet.',
    noneText: 'Choose cells, or give the notebook a monitor.',
    run: 'Run',
    notRun: 'This cell has not run yet.',
    keys: 'Esc leaves, 1 to 9 show one cell alone, 0 all, F fills the screen.',
    alone: (name: string) => `Show ${name} alone`,
    allCells: 'Show all cells'
  }
};

export type BoardMessages = typeof boardEn;
