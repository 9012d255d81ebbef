const n = (value: number) => value.toLocaleString('en');

/** Words of the alert list, of incidents, and of how people are told. */
export const alertsEn = {
  shelves: {
    firing: 'Firing',
    error: 'Error',
    no_data: 'No data',
    pending: 'Pending',
    acknowledged: 'Acknowledged',
    muted: 'Silenced or inhibited',
    unknown: 'Unknown',
    resolved: 'Resolved'
  },
  quiet: (count: number) => `${n(count)} quiet`,
  more: (count: number) => `${n(count)} more in the tables`,
  list: 'Alerts by state',
  acknowledge: 'Acknowledge',
  acknowledgeOf: (what: string) => `Acknowledge ${what}`,
  note: 'Note',
  who: 'Who',
  confirm: 'Acknowledge',
  cancel: 'Cancel',
  acknowledged: (who: string, when: string) => `Acknowledged by ${who || 'someone'}, ${when}`,
  withdraw: 'Withdraw acknowledgement',
  silence: 'Silence',
  silenceOf: (what: string) => `Silence ${what}`,
  silenceFor: {
    '1h': 'for 1 hour',
    '4h': 'for 4 hours',
    '1d': 'for 1 day',
    '1w': 'for 1 week'
  },
  silencedUntil: (reason: string, until: string) =>
    `Silenced until ${until}${reason && `: ${reason}`}`,
  silencedForGood: (reason: string) => `Silenced without end${reason && `: ${reason}`}`,
  inhibitedBy: (name: string) => `Inhibited by ${name}`,
  unsilence: 'Remove silence',
  written: (what: string) => `The silence of \`${what}\` is in the notebook. Undo takes it back.`,
  removed: 'The silence is out of the notebook. Undo brings it back.',
  replay: 'Replay incident',
  replayOf: (what: string) => `Replay incident of ${what}`,
  incident: {
    title: (what: string) => `Incident: ${what}`,
    stretch: (from: string, to: string) => `Rests on ${from} to ${to}`,
    states: 'States over time',
    state: (word: string, from: string, to: string) => `${word} from ${from} to ${to}`,
    reasons: 'What the detector said',
    events: (shown: number, all: number) =>
      shown < all ? `The first ${n(shown)} of ${n(all)} events` : `${n(all)} events`,
    arrivals: (first: string, last: string) => `rows ${first} to ${last} of the log by arrival`,
    notFound: (alert: string, time: string, table: string) =>
      `\`${alert}\` did not change at ${time}, as \`${table}\` is now.`,
    gone: 'The log no longer holds the events of this stretch.',
    cell: 'Put the events in a new cell',
    close: 'Close',
    threshold: 'limit'
  },
  tell: {
    open: 'How people are told',
    title: 'How people are told',
    text: 'Choices of this browser. A closed tab tells nobody: for that, hand alerts to an Alertmanager.',
    system: 'System notifications',
    systemDenied:
      'This browser refuses notifications from this site; its site settings can allow them.',
    sound: 'A sound when something fires',
    soundHint: 'After a reload, heard once you have clicked somewhere on the page.',
    soundSilent: 'This browser plays no sound for this page.',
    replays: 'Also for replays and logs read again',
    receivers: 'Receivers of this notebook',
    send: (host: string) => `Send to ${host}`,
    missing: (connection: string) => `The connection \`${connection}\` is not in this browser yet.`,
    connect: 'Make it',
    consent: 'Alerts of this notebook, with the names and values in them, then leave this browser.',
    done: 'Done',
    firing: (group: string) => `Firing: ${group}`,
    resolved: (group: string) => `Resolved: ${group}`,
    again: (group: string) => `Still firing: ${group}`,
    show: 'Show',
    failed: (receiver: string, why: string) =>
      `\`${receiver}\` could not be told: ${why}. It is tried again.`,
    arrived: (receiver: string, attempts: number) =>
      `\`${receiver}\` was told, at attempt ${n(attempts)}.`,
    undelivered: (count: number) =>
      count === 1 ? '1 notification waits' : `${n(count)} notifications wait`,
    waits: (group: string, since: string) => `${group}: waits since ${since}`,
    attempts: (count: number) => (count === 1 ? '1 attempt' : `${n(count)} attempts`),
    lastFailed: (at: string, why: string) => `last at ${at}: ${why}`,
    nextAt: (at: string) => `again at ${at}`,
    between: '; ',
    isOut: 'on its way',
    needsLeave: 'waits for your leave',
    unreminded: (group: string, at: string, why: string) =>
      `${group}: could not be told at ${at} that it goes on: ${why}`,
    hurry: 'Try now',
    discard: 'Discard',
    discardOf: (group: string) => `Discard ${group}`,
    answers: {
      taken: 'taken',
      silent:
        'no answer; the server is not there, or does not allow requests from this page (CORS)',
      late: 'no answer in time'
    },
    many: (count: number) => `${n(count)} notifications`,
    status: (status: number) => `the server answers ${status}`
  }
};

export type AlertMessages = typeof alertsEn;
