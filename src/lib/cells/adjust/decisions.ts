import { parseTime } from '#lib/analytics/stream/event-time.ts';
import { fail } from '#lib/problems/index.ts';

export const decided = ['approved', 'rejected', 'reverted', 'failed'] as const;
export type Decided = (typeof decided)[number];

/**
 * A decision as it stands in the text of the cell. It is kept there and not beside it, since it is an edit like any
 * other: made by a person or by a rule that the text states, seen by everyone who has the notebook, undone with the
 * value it changed, and still there after a reload, when the alert that led to it may be gone.
 */
export interface DecisionRecord {
  readonly trigger: string;
  readonly time: number;
  /** The time as it stands in the text. */
  readonly written: string;
  readonly action: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly gate: string;
  readonly decision: Decided;
  readonly by: string;
  /** Why: of a person, or of a failure. */
  readonly note: string | null;
  /** The figures of the items that were decided on, of a proposal. */
  readonly rows: ReadonlyMap<string, number> | null;
  /** Of a refit: what takes it back. */
  readonly refit: Refitted | null;
}

/** The forecast that a refit replaced. */
export interface Refitted {
  /** Its `until`; null where it has no times. */
  readonly from: string | null;
  /** Identifies its rows; null where they were never computed. */
  readonly print: string | null;
}

/** Reads an entry of `decisions`; fails with a warning if it is none. */
export function recordOf(entry: Readonly<Record<string, string>>): DecisionRecord {
  const { trigger, time = '', decision, action = '', gate = '', by = 'human' } = entry;
  const at = parseTime(time);
  const known = decided.find((d) => d === decision);
  const refuse = (detail: string) => fail('adjust.decision', { detail });
  if (!trigger) throw refuse('It has no `trigger`.');
  if (at === null) throw refuse(`\`${time}\` is not a time.`);
  if (!known) throw refuse(`A \`decision\` is one of ${decided.join(', ')}.`);
  const { before = null, after = null, note = null, from = null, print = null } = entry;
  const rows = entry['rows'] === undefined ? null : figuresOf(entry['rows']);
  if (entry['rows'] !== undefined && !rows) throw refuse('Its `rows` are not names with numbers.');
  return {
    trigger,
    time: at,
    written: time,
    action,
    before,
    after,
    gate,
    decision: known,
    by,
    note,
    rows,
    refit: from === null ? null : { from, print }
  };
}

/** One trigger is decided on once: this names it. */
export function causeOf({ trigger, time }: { readonly trigger: string; readonly time: number }) {
  return `${new Date(time).toISOString()} ${trigger}`;
}

/** Items with a figure each, from the JSON text that a decision keeps them in. */
function figuresOf(text: string): ReadonlyMap<string, number> | null {
  try {
    const value: unknown = JSON.parse(text);
    const entries = Object.entries((value ?? {}) as Record<string, unknown>);
    const numbers = entries.filter((e): e is [string, number] => typeof e[1] === 'number');
    return typeof value === 'object' && numbers.length === entries.length ? new Map(numbers) : null;
  } catch {
    return null;
  }
}
