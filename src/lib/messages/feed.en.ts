const n = (value: number) => value.toLocaleString('en');
const plural = (value: number, one: string, many: string) =>
  `${n(value)} ${value === 1 ? one : many}`;

/** The words of a live source's state. */
export const feedEn = {
  state: {
    connecting: (place: string) => (place ? `Connecting to ${place}` : 'Connecting'),
    open: (place: string) => (place ? `Connected to ${place}` : 'Connected'),
    waiting: (seconds: number) => `No connection; next attempt in ${n(seconds)} s`,
    ended: 'The source has ended',
    closed: 'Not connected'
  },
  reconnects: (times: number) => `connected again ${plural(times, 'time', 'times')}`,
  perSecond: 'Events a second',
  lag: 'Lag',
  byClock: 'Nothing comes: event time goes on by the clock.',
  queued: 'Waiting',
  dropped: 'Given up',
  missing: 'Missing',
  unreadable: 'Unreadable',
  misfits: 'Values that did not fit',
  overTime: 'events by arrival; gaps where there was no connection',
  paused: 'Paused: what comes waits at the source or in the queue.',
  gaps: 'Gaps',
  gapBreak: (from: string, to: string) => `No connection from ${from} to ${to}`,
  gapSequence: (from: number, to: number, producer: string, at: string) =>
    `${from === to ? `Number ${from}` : `Numbers ${from} to ${to}`}${producer ? ` of ${producer}` : ''} missing at ${at}`,
  nothing: 'Nothing has come yet.',
  kept: {
    disk: (bytes: string) => `On this machine: ${bytes}`,
    found: (events: number) => `${plural(events, 'event', 'events')} from before`,
    memory: 'In memory alone: gone with the page',
    elsewhere:
      'Another tab runs this stream. This one goes on with it when that tab is closed or dies.',
    about:
      'Events are on disk before they are shown or acknowledged. The next run has them, and goes on where this one stopped.',
    afresh: 'Start from nothing',
    afreshHelp: 'Forgets every event kept, what monitors made of them included, and connects anew.'
  }
};

export type FeedMessages = typeof feedEn;
