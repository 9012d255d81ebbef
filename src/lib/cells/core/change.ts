import type { Scalar } from '#lib/base/problem.ts';

/** What was decided on a proposal, as it stands in the `decisions` of the cell that made it. Texts, numbers and nothing else. */
export type DecisionEntry = Readonly<Record<string, Scalar>>;

/**
 * A change outside its own tables that a cell proposes. A run never makes it, so no edge of the graph leads from the
 * cell to what it changes and nothing goes in a circle: the session does, as one edit of the notebook's text that
 * writes the new value and the decision together.
 */
export interface Change {
  /** The cell that changes. */
  readonly target: string;
  /** Gives a param cell a value, fits a forecast anew, or does no more than to keep on record that figures were accepted. */
  readonly action: 'set' | 'refit' | 'propose';
  /** The new value of a param cell, or the time until which a forecast learns; null: it has none. */
  readonly value: Scalar;
  /** Trigger, time, before, after and gate: what the journal keeps once it is decided. */
  readonly entry: DecisionEntry;
}

export type Verdict = 'approved' | 'rejected' | 'reverted';

/** What someone decided on a change, or a rule. */
export interface Decision {
  readonly change: Change;
  readonly verdict: Verdict;
  readonly by: 'human' | 'auto';
  readonly note?: string;
}
