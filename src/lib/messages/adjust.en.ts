const n = (value: number) => value.toLocaleString('en');

/** What a backtest found. */
interface BacktestWords {
  readonly what: 'cost' | 'error';
  readonly lower: boolean;
  /** A share in percent. */
  readonly size: string;
  readonly windows: string;
  readonly p: string | null;
  readonly but: 'too-little' | 'by-chance' | null;
}

/** The words of the decision journal. */
export const adjustEn = {
  now: (target: string, value: string) => `${target} is ${value} now`,
  watches: (table: string) => `Triggers come from ${table}`,
  waiting: (count: number) =>
    count === 0 ? 'Nothing waits for a decision' : `${n(count)} to decide on`,
  held: (count: number) => `${n(count)} held back by the guard rails`,
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
  before: 'before',
  after: 'after',
  none: 'none',
  gate: 'Gate',
  effect: 'Since',
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
    none: '–',
    since: (periods: string) => `${periods} periods since, with it (without)`,
    before: (periods: string) => `${periods} periods before it, with it (without)`
  },
  said: {
    passed: 'passed',
    bounded: (rule: string, wanted: string) => `bounded by ${rule}; ${wanted} was wanted`,
    cooldown: (since: string, all: string) => `cooldown: ${since} of ${all} have passed`,
    limit: (count: string, most: string) => `${count} of ${most} a day`,
    superseded: 'a later change stands',
    noNumber: 'the expression gives no number here',
    noChange: 'no change',
    backtest: ({ what, lower, size, windows, p, but }: BacktestWords) =>
      `${size} ${lower ? 'less' : 'more'} ${what} on the last ${windows} windows` +
      (p === null ? '' : ` (p ${p})`) +
      (but === null
        ? ''
        : but === 'too-little'
          ? ', less than asked for'
          : ', as chance may have it'),
    state: (state: string, span: string) => `${state} after ${span}`
  }
};

export type AdjustMessages = typeof adjustEn;
