import { eventTimeEn } from './event-time.en.ts';
import { boardEn } from './board.en.ts';
import { adjustEn } from './adjust.en.ts';
import { alertsEn } from './alerts.en.ts';
import { feedEn } from './feed.en.ts';
import { forecastEn } from './forecast.en.ts';

const n = (value: number) => value.toLocaleString('en');
const plural = (value: number, one: string, many: string) =>
  `${n(value)} ${value === 1 ? one : many}`;

/** The words of the pictures that kinds draw of their results. */
export const viewsEn = {
  clean: {
    accountOf: 'Account of',
    rows: 'rows',
    start: 'source',
    waterfall: (what: string) => `What each step did to ${what}`,
    stepAsQuery: 'Up to here as a query',
    reading: 'Reading the rows',
    untouched: 'This step changed no rows.',
    touched: 'Rows that the step touched',
    what: { dropped: 'dropped', added: 'added', changed: 'changed' },
    firstRows: (count: number) => `The first ${n(count)} are shown.`,
    noPreview: 'The rows cannot be shown: the source has changed. Run the cell again.',
    account: 'What each step did',
    step: 'step',
    before: 'rows before',
    dropped: 'dropped',
    added: 'added',
    changed: 'changed',
    after: 'rows after',
    share: 'kept',
    valueAfter: (value: string) => `${value} after`,
    asQuery: 'As a query',
    asQueryHint: 'Puts the whole recipe below as one SQL statement'
  },
  profile: {
    findings: 'Findings',
    severity: { severe: 'Severe', moderate: 'Doubtful', minor: 'Untidy', note: 'Note' },
    titles: {
      'duplicate-rows': 'Rows counted twice',
      'cancelled-orders': 'Orders cancelled by a mirror order',
      'service-codes': 'Codes that are no products',
      'other-scale': 'Another unit than its siblings',
      'read-as-thousands': 'Thousands read as decimals',
      'negative-stock': 'Negative stock',
      'time-gaps': 'Gaps in time',
      'lead-time': 'Lead times far out',
      'numbers-in-text': 'Numbers kept as text',
      'dates-in-text': 'Dates kept as text',
      'spelling-variants': 'One thing, several spellings',
      blanks: 'Blanks around text',
      'missing-values': 'Missing values',
      'constant-column': 'Says nothing',
      'intermittent-demand': 'Intermittent demand'
    },
    concerned: (rows: number) => plural(rows, 'row', 'rows'),
    atStake: (value: string) => `${value} at stake`,
    example: (value: string) => `e.g. ${value}`,
    mend: 'Mend it',
    mendHint: 'Adds the cleaning step to the clean cell below, or makes that cell',
    show: 'Show rows',
    more: (count: number) => `${n(count)} more`,
    fewer: 'Fewer',
    nothingWrong: 'Nothing stands out.',
    estimated: 'Estimated: the table is long and the values are many',
    about: (rows: number, columns: number) =>
      `${plural(rows, 'row', 'rows')}, ${plural(columns, 'column', 'columns')}`,
    duplicates: (count: number) => `${plural(count, 'exact copy', 'exact copies')} of a row`,
    column: 'column',
    shape: 'shape',
    missing: 'missing',
    distinct: 'distinct',
    range: 'from – to',
    median: 'median',
    mean: 'mean',
    finding: 'finding',
    histogram: (column: string) => `Histogram of ${column}`,
    top: (value: string, count: number) => `${value}, ${n(count)}`
  },
  check: {
    show: 'Show rows',
    passed: 'holds',
    failed: 'does not hold',
    all: (count: number) => (count === 1 ? 'The check holds.' : `All ${n(count)} checks hold.`),
    some: (failed: number, all: number) => `${n(failed)} of ${n(all)} do not hold.`,
    failing: (rows: number) => plural(rows, 'row', 'rows')
  },
  chart: {
    failed: (why: string) => `The chart cannot be drawn: ${why}`
  },
  source: {
    drift: 'This file differs from the last one',
    acceptShape: 'Accept as the new shape',
    rejected: (rows: number) => `${plural(rows, 'row was', 'rows were')} put aside`,
    seeRejected: 'See them',
    hideRejected: 'Back to the rows',
    files: (count: number) => `How ${plural(count, 'file was', 'files were')} read`,
    delimiter: (mark: string) => `fields end at ${mark}`,
    tab: 'tab',
    part: (name: string) => `from ${name}`,
    sheet: 'Sheet',
    table: 'Table'
  },
  script: { log: 'Printed by the script' },
  forecast: forecastEn,
  anomaly: {
    title: (value: string) => `${value}, with what was expected`,
    none: 'No row lies outside its limits.',
    count: (count: number, rows: number) =>
      `${plural(count, 'anomaly', 'anomalies')} in ${plural(rows, 'row', 'rows')}`,
    worst: 'Furthest out',
    scores: (value: string) => `${value}, score of each row`,
    threshold: (threshold: string) => `threshold ${threshold}`,
    drivers: 'Columns that drove them',
    season: (length: number) => `Season of ${n(length)}`,
    unjudged: (rows: number) => `${plural(rows, 'row', 'rows')} not judged`,
    score: 'score',
    value: 'value',
    expected: 'expected',
    reason: 'reason'
  },
  trend: {
    title: (value: string) => `${value} and its trend`,
    trend: 'trend',
    seasonal: 'seasonal',
    season: (length: number) => `seasonal, ${n(length)} rows`,
    remainder: 'remainder',
    series: (series: number, rows: number) =>
      `${plural(rows, 'row', 'rows')} in ${plural(series, 'series', 'series')}`,
    seasons: (lengths: readonly number[]) => `Season of ${lengths.map(n).join(' and ')} rows`,
    window: (rows: number) => `Window of ${n(rows)}`,
    alpha: (least: string, most: string) =>
      least === most ? `Weight ${least}` : `Weights ${least} to ${most}`,
    roughest: (series: string, share: string) =>
      `Roughest: ${series}, its remainder ${share} of its values' spread`
  },
  board: boardEn,
  adjust: adjustEn,
  alerts: alertsEn,
  feed: feedEn,
  eventTime: eventTimeEn,
  live: {
    pause: 'Pause',
    go: 'Go on',
    speed: 'Replay speed',
    own: 'As written',
    flatOut: 'Flat out',
    events: 'Events',
    rate: 'Events an hour',
    late: 'Late',
    duplicates: 'Duplicates',
    dropped: 'Dropped',
    watermark: 'Watermark',
    clock: 'Event time',
    paused: 'The view and the replay are paused.',
    health: 'Feed',
    perBucket: 'events over time',
    silent: (from: string, to: string) => `Silent from ${from} to ${to}`,
    noAlerts: 'No alert so far.',
    inactive: 'Quiet',
    rules: (rules: number) =>
      rules === 0 ? 'No rule is set.' : `${plural(rules, 'rule is', 'rules are')} watching.`,
    alerts: 'Alerts',
    counts: (firing: number, pending: number) => `${n(firing)} firing, ${n(pending)} pending`,
    since: (time: string) => `since ${time}`,
    value: (value: string) => `value ${value}`,
    anomalies: 'Anomalies',
    noAnomalies: 'No anomaly so far.',
    windowEnd: 'window end',
    measure: 'measure',
    observed: 'value',
    expected: 'expected',
    score: 'score',
    key: 'Key',
    windows: (count: number) => plural(count, 'window', 'windows'),
    noWindows: 'No window has closed yet.',
    history: 'Transitions'
  }
};

export type ViewMessages = typeof viewsEn;
