const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The equal step of a series, and SQL over neighbours (`before`, `t`, `d` milliseconds between them). */
export interface Grid {
  /** As a clean cell's `complete` takes it. */
  readonly every: string;
  /** One step in words. */
  readonly words: string;
  /** Whether two neighbours have something missing between them. */
  readonly gap: string;
  /** How many steps are missing between them. */
  readonly missing: string;
}

/** The step of neighbours at distances of `ms`, each `n` times, the commonest first; null where no distance prevails (60 %). */
export function gridOf(distances: readonly { ms: number; n: number }[]): Grid | null {
  const total = distances.reduce((sum, d) => sum + d.n, 0);
  const within = (least: number, most: number) =>
    distances.reduce((sum, d) => (d.ms >= least * day && d.ms <= most * day ? sum + d.n : sum), 0);
  const prevails = (n: number) => total > 0 && n / total >= 0.6;
  const calendar = [
    { every: 'month', least: 28, most: 31, months: 1 },
    { every: 'quarter', least: 90, most: 92, months: 3 },
    { every: 'year', least: 365, most: 366, months: 12 }
  ].find((step) => prevails(within(step.least, step.most)));
  // Four-week periods lie 28 days apart without exception; months do not.
  const fourWeeks = distances[0]?.ms === 28 * day && distances[0].n === within(28, 31);
  if (calendar && !(calendar.months === 1 && fourWeeks)) {
    const months = `date_diff('month', CAST(before AS DATE), CAST(t AS DATE))`;
    const { every, months: length } = calendar;
    return {
      every,
      words: every,
      gap: `${months} > ${length}`,
      missing: `(${months} // ${length} - 1)`
    };
  }
  const step = distances[0];
  if (!step || !prevails(step.n) || step.ms < second) return null;
  const missing = `(round(d / ${step.ms}) - 1)`;
  const weekend =
    step.ms === day
      ? ` AND NOT (d <= ${3 * day} AND dayofweek(CAST(before AS DATE)) IN (5, 6) AND dayofweek(CAST(t AS DATE)) IN (0, 1))`
      : '';
  return { ...named(step.ms), gap: `d > ${1.5 * step.ms}${weekend}`, missing };
}

function named(ms: number): { every: string; words: string } {
  const units = [
    { ms: 7 * day, sign: 'w', word: 'week' },
    { ms: day, sign: 'd', word: 'day' },
    { ms: hour, sign: 'h', word: 'hour' },
    { ms: minute, sign: 'm', word: 'minute' },
    { ms: second, sign: 's', word: 'second' }
  ];
  const unit = units.find((u) => ms % u.ms === 0);
  if (!unit) return { every: `${ms}ms`, words: `step of ${ms} ms` };
  const n = ms / unit.ms;
  return { every: `${n}${unit.sign}`, words: n === 1 ? unit.word : `step of ${n} ${unit.word}s` };
}
