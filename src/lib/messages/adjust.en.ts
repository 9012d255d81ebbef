const n = (value: number) => value.toLocaleString('en');

const plural = (value: number, one: string, many: string) =>
  `${n(value)} ${value === 1 ? one : many}`;

/** What a backtest found. */
interface BacktestWords {
  readonly reason: 'better' | 'same' | 'worse' | 'too-little' | 'by-chance';
  readonly loss: 'cost' | 'error' | 'shortage';
  readonly windows: number;
  readonly percent: number | null;
  readonly lower: boolean;
  readonly p: number | null;
}

/** How many figures change. */
interface ItemsWords {
  readonly changed: number;
  readonly of: number;
  readonly held: number;
  readonly percent: number | null;
}

/** The words of the decision journal. */
export const adjustEn = {
  now: (target: string, value: string) => `${target} is ${value} now`,
  watches: (table: string) => `Triggers come from ${table}`,
  waiting: (count: number) =>
    count === 0 ? 'Nothing waits for a decision' : `${n(count)} to decide on`,
  held: (count: number) => `${n(count)} held back by the guard rails`,
  incident: (trigger: string) => `Incident of ${trigger}`,
  shownDrift: (trigger: string) => `Chart of ${trigger}`,
  nothing: 'Nothing has called for a change yet.',
  nothingText: (target: string) =>
    `When it does, a proposal for ${target} stands here, with what led to it.`,
  older: (count: number) => `${n(count)} earlier ones are in the table.`,
  word: {
    proposed: 'Proposed',
    approved: 'Approved',
    rejected: 'Rejected',
    reverted: 'Reverted',
    failed: 'Failed',
    held: 'Held'
  },
  by: (who: string) =>
    who === 'auto' ? 'by the rule' : who === 'human' ? 'by a person' : `by ${who}`,
  action: {
    set: (target: string) => `set ${target}`,
    refit: (target: string) => `refit ${target}`,
    propose: (target: string) => `propose ${target}`
  },
  before: 'before',
  after: 'after',
  none: 'none',
  gate: (said: string) => `Gate: ${said}`,
  effect: (said: string) => `Effect: ${said}`,
  note: 'Note',
  notePlaceholder: 'Why, for whoever reads the journal',
  approve: 'Approve',
  reject: 'Reject',
  revert: 'Revert',
  approveOf: (trigger: string) => `Approve the change for ${trigger}`,
  rejectOf: (trigger: string) => `Reject the change for ${trigger}`,
  revertOf: (trigger: string) => `Revert the change for ${trigger}`,
  moved: (value: string, back: string) =>
    `It is ${value} now; reverting puts ${back} back all the same.`,
  trial: {
    title: {
      loop: 'With what was approved, and without',
      proposal: 'With the proposal, and without'
    },
    with: 'with',
    without: 'without',
    stock: 'Stock on hand, all items',
    fillRate: 'Fill rate',
    cycleService: 'Cycle service',
    averageStock: 'Average stock',
    costPerPeriod: 'Cost per period',
    none: '–'
  },
  said: {
    /** Between two things said. */
    and: '; ',
    plain: {
      passed: 'passed',
      superseded: 'a later change stands',
      'no-number': 'the expression gives no number here',
      'no-change': 'no change',
      'no-replay': 'only numbers can be replayed',
      first: 'no figures before these to compare with'
    },
    bounds: {
      max_change: (limit: string) => `the greatest change, ${limit} %`,
      min: (limit: string) => `the least value, ${limit}`,
      max: (limit: string) => `the greatest value, ${limit}`
    },
    bounded: (rule: string, wanted: string) => `bounded by ${rule}; ${wanted} was wanted`,
    cooldown: (since: string, all: string) => `cooldown: ${since} of ${all} have passed`,
    limit: (count: number, most: number) => `${n(count)} of ${n(most)} a day`,
    items: ({ changed, of, held, percent }: ItemsWords) =>
      `${n(changed)} of ${plural(of, 'item', 'items')} ${changed === 1 ? 'changes' : 'change'}` +
      (held === 0 ? '' : `, ${n(held)} of them held to the greatest change, ${percent} %`),
    few: (windows: number) => `only ${plural(windows, 'window', 'windows')} to compare on`,
    tried: (items: number, of: number) => `tried on ${n(items)} of ${plural(of, 'item', 'items')}`,
    noModel: (forecast: string, model: string) => `${forecast} did not try ${model}`,
    backtest: ({ reason, loss, windows, percent, lower, p }: BacktestWords) => {
      const what = { cost: 'cost', error: 'error', shortage: 'units short' }[loss];
      const on = `on the last ${plural(windows, 'window', 'windows')}`;
      if (reason === 'same') return `the same ${what} ${on}`;
      const size = percent === null ? '' : `${percent} % `;
      const found = `${size}${lower ? (loss === 'shortage' ? 'fewer' : 'less') : 'more'} ${what} ${on}`;
      const chance = p === null ? '' : ` (p ${p})`;
      const but =
        reason === 'too-little'
          ? ', less than asked for'
          : reason === 'by-chance'
            ? ', as chance may have it'
            : '';
      return found + chance + but;
    },
    state: (state: string, span: string) => `${state} after ${span}`,
    replayed: (since: boolean, periods: number, figures: readonly string[]) =>
      `${since ? 'in' : 'over'} the ${plural(periods, 'period', 'periods')} ${since ? 'since' : 'before it'}, with it (without): ${figures.join(', ')}`,
    pair: (name: string, withIt: string, without: string) =>
      `${name.toLowerCase()} ${withIt} (${without})`,
    restored: 'the same forecast as before, row for row',
    notRestored: (until: string) =>
      `another forecast than before: rows from before ${until} have changed since`
  },
  drift: {
    title: 'Drift',
    test: 'Test',
    score: 'score',
    threshold: 'threshold',
    plot: 'Score against threshold',
    at: (time: string) => `Seen at ${time}`,
    quiet: 'no drift',
    drifted: 'drift',
    count: (drifted: number, looks: number) =>
      `drift in ${n(drifted)} of ${plural(looks, 'look', 'looks')}`,
    tested: {
      'error-moved': 'mean of the forecast error',
      'error-grew': 'size of the forecast error',
      biased: 'bias of the forecast',
      'values-moved': 'values',
      'shares-moved': 'shares'
    },
    methods: {
      adwin: 'ADWIN',
      page_hinkley: 'Page–Hinkley',
      tracking_signal: 'tracking signal',
      psi: 'stability index',
      ks: 'Kolmogorov–Smirnov'
    },
    evidence: {
      held: (found: string, score: string, threshold: string) =>
        `${found} (score ${score}, threshold ${threshold})`,
      'error-moved': (now: string, before: string) => `mean error ${now}, before ${before}`,
      'error-grew': (now: string, before: string) => `mean absolute error ${now}, before ${before}`,
      biased: (now: string, cumulative: string) =>
        `${now} off on average, ${cumulative} mean absolute deviations in all`,
      'values-moved': (column: string, now: string, before: string) =>
        `median of ${column} ${now}, before ${before}`,
      'shares-moved': (column: string, most: string | null) =>
        `other shares of the values of ${column}${most === null ? '' : `: ${most}`}`,
      share: (name: string, now: string, before: string) => `${name} ${now}, before ${before}`,
      others: 'other values',
      missing: 'missing',
      upTo: (to: string) => `up to ${to}`,
      above: (from: string) => `above ${from}`,
      range: (from: string, to: string) => `${from} to ${to}`
    }
  }
};

export type AdjustMessages = typeof adjustEn;
