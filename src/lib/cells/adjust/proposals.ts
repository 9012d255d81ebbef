import {
  boolean,
  columns,
  isMissing,
  numeric,
  text,
  valueAt,
  vectorOf,
  type Columns,
  type NumericVector,
  type Vector
} from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import type { DecisionRecord } from './decisions.ts';
import type { GateNote } from './notes.ts';
import type { JournalReport } from './report.ts';
import { tidy } from './target.ts';

/** Items with a figure each, by name. */
export type Figures = ReadonlyMap<string, number>;

/** What a table proposes now, and what was accepted last. */
export interface Proposal {
  /** The column of the figures. */
  readonly column: string;
  readonly type: 'integer' | 'number';
  readonly now: Figures;
  /** What was accepted last, else what is in use. */
  readonly accepted: Figures;
  /** `now`, each as near as the bound on its change allows. */
  readonly bounded: Figures;
  /** In use before any was accepted. */
  readonly inUse: Figures;
  /** Rows of the table by item. */
  readonly rows: ReadonlyMap<string, number>;
}

const usual = ['order_now', 'reorder_point', 'quantity', 'order_quantity'];
/** What the text of a notebook may be asked to keep. */
const mostItems = 500;

/** The table of figures, and its columns of what is proposed and of what is in use. */
interface ProposalSource {
  readonly relation: string;
  readonly column: string | null;
  readonly present: string | null;
}

/**
 * Reads the figures of a table: an item is named by the texts of its row. What was accepted stands in the text of the
 * last approved decision, since a table computed anew no longer says what someone agreed to.
 */
export function proposalOf(
  { relation, column, present }: ProposalSource,
  table: Columns,
  decisions: readonly DecisionRecord[],
  maxChange: number | null,
  span?: Span
): Proposal {
  const name = column ?? chosenColumn(table, present);
  const vector = name === null ? undefined : vectorOf(table, name);
  if (name === null || !isNumber(vector)) {
    const known = numbersOf(table).join(', ') || 'no column of numbers';
    throw fail('adjust.no-figure', { relation, column: name ?? 'order_now', known }, span);
  }
  const used = present === null ? null : vectorOf(table, present);
  if (used !== null && !isNumber(used)) {
    const known = numbersOf(table).join(', ');
    throw fail('adjust.no-figure', { relation, column: present!, known }, span);
  }
  const rows = itemsOf(table);
  const figures = (of: NumberVector) =>
    new Map(
      [...rows].flatMap(([item, row]) => (isMissing(of, row) ? [] : [[item, of.values[row]!]]))
    );
  const now = figures(vector);
  if (now.size > mostItems)
    throw fail('adjust.many-items', { relation, items: now.size, most: mostItems }, span);
  const approved = decisions.filter((d) => d.decision === 'approved' && d.rows !== null);
  const last = approved.reduce<DecisionRecord | null>(
    (a, b) => (a && a.time > b.time ? a : b),
    null
  );
  const inUse: Figures = used ? figures(used) : new Map<string, number>();
  const accepted = new Map([...inUse, ...(last?.rows ?? [])]);
  const { type } = vector;
  const bounded = new Map(
    [...now].map(([item, wanted]) => [item, near(wanted, accepted.get(item), maxChange, type)])
  );
  return { column: name, type, now, accepted, bounded, inUse, rows };
}

/** Sums, which the journal shows as before and after. */
export function sumOf(figures: Figures): number {
  let sum = 0;
  for (const figure of figures.values()) sum += figure;
  return tidy(sum, 'number');
}

/** How many items change, and how many were held to the bound. */
export function itemsNote(
  { now, accepted, bounded }: Proposal,
  maxChange: number | null
): GateNote {
  const changed = [...bounded].filter(([item, figure]) => accepted.get(item) !== figure).length;
  const cut = [...bounded].filter(([item, figure]) => figure !== now.get(item)).length;
  const percent = cut === 0 ? null : tidy(maxChange! * 100, 'number');
  return { code: 'items', changed, of: bounded.size, held: cut, percent };
}

/** NAME_proposals: a row for each item of what was accepted and what waits, in order of time. */
export function proposalsTable(
  rows: readonly JournalReport[],
  decisions: readonly DecisionRecord[],
  proposal: Proposal
): Columns {
  const lines: { row: JournalReport; item: string; before: number | null; after: number }[] = [];
  let before = proposal.inUse;
  for (const row of rows) {
    const record = decisions.find((d) => d.time === row.time && d.trigger === row.trigger);
    const after = record ? record.rows : row.decision === 'proposed' ? proposal.bounded : null;
    if (!after) continue;
    const from = record ? before : proposal.accepted;
    for (const [item, figure] of after)
      lines.push({ row, item, before: from.get(item) ?? null, after: figure });
    if (record?.decision === 'approved') before = after;
  }
  return columns({
    time: numeric(
      lines.map((l) => l.row.time),
      'timestamp'
    ),
    trigger: text(lines.map((l) => l.row.trigger)),
    item: text(lines.map((l) => l.item)),
    before: numeric(
      lines.map((l) => l.before),
      proposal.type
    ),
    after: numeric(
      lines.map((l) => l.after),
      proposal.type
    ),
    decision: text(lines.map((l) => l.row.decision)),
    accepted: boolean(lines.map((l) => l.row.decision === 'approved'))
  });
}

/** Items and figures as one text for a decision, and back. */
export function writeFigures(figures: Figures): string {
  return JSON.stringify(Object.fromEntries(figures));
}

function near(
  wanted: number,
  before: number | undefined,
  maxChange: number | null,
  type: 'integer' | 'number'
): number {
  if (before === undefined || maxChange === null) return wanted;
  const reach = maxChange * Math.abs(before);
  const [lo, hi] = [tidy(before - reach, 'number'), tidy(before + reach, 'number')];
  if (wanted >= lo && wanted <= hi) return wanted;
  const edge = wanted < lo ? lo : hi;
  return type === 'integer' ? (wanted < lo ? Math.ceil(edge) : Math.floor(edge)) : edge;
}

/** Rows by the texts that name an item. */
function itemsOf(table: Columns): Map<string, number> {
  const keys = table.vectors.filter((v) => v.type === 'text');
  const rows = new Map<string, number>();
  for (let row = 0; row < table.length; row++) {
    const item = keys.map((key) => (valueAt(key, row) as string | null) ?? '').join(' / ');
    rows.set(item || `row ${row + 1}`, row);
  }
  return rows;
}

function chosenColumn(table: Columns, present: string | null): string | null {
  const numbers = numbersOf(table).filter((name) => name !== present);
  return (
    usual.find((name) => numbers.includes(name)) ?? (numbers.length === 1 ? numbers[0]! : null)
  );
}

function numbersOf(table: Columns): string[] {
  return table.names.filter((_, i) => isNumber(table.vectors[i]));
}

type NumberVector = NumericVector & { readonly type: 'integer' | 'number' };

function isNumber(vector: Vector | undefined): vector is NumberVector {
  return vector?.type === 'integer' || vector?.type === 'number';
}
