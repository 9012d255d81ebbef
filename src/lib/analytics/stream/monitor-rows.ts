import { columns, type Columns, type NumericType, type Vector } from '#lib/base/columns.ts';
import type { Transition } from './alert-board.ts';
import { BandRows, changeColumn, type BandRowsSnapshot, type BandTables } from './band-rows.ts';
import type { DetectorSpec, Reading } from './detect.ts';
import { ExpectedRows, type ExpectedRowsSnapshot } from './expected-rows.ts';
import { freeName } from './free-name.ts';
import type { KeyTable } from './keys.ts';
import { numberColumn, Table } from './table.ts';

export interface MonitorTables extends BandTables {
  /** Windows that are out of reach. */
  readonly windows: Columns;
  readonly anomalies: Columns;
  readonly alerts: Columns;
  /** Where there are detectors: what they expected of each window. */
  readonly expected?: Columns;
}

/** Rows as they are gathered: windows column by column, the rest row by row. */
export interface MonitorRowsSnapshot {
  readonly windows: readonly Float64Array[];
  readonly anomalies: readonly (readonly (number | string | null)[])[];
  readonly anomalySlots: readonly number[];
  readonly transitions: readonly Transition[];
  readonly bands: BandRowsSnapshot;
  /** Absent without detectors. */
  readonly expected?: ExpectedRowsSnapshot;
}

/** The rows a monitor has made and not yet handed on. */
export class MonitorRows {
  readonly #keys: KeyTable;
  readonly #measures: readonly string[];
  readonly #rules: readonly { readonly name: string }[];
  #starts: number[] = [];
  #ends: number[] = [];
  #slots: number[] = [];
  #values: number[][];
  readonly #anomalies = new Table(anomalyFields);
  #anomalySlots: number[] = [];
  #transitions: Transition[] = [];
  readonly bands: BandRows;
  /** null without detectors. */
  readonly expected: ExpectedRows | null;
  /** Whether alerts say how often what they rest on was corrected. */
  readonly #marks: boolean;

  constructor(
    keys: KeyTable,
    measures: readonly string[],
    rules: readonly { readonly name: string }[],
    detectors: readonly DetectorSpec[],
    marks = false
  ) {
    this.#keys = keys;
    this.#measures = measures;
    this.#rules = rules;
    this.#marks = marks;
    this.bands = new BandRows(keys, measures);
    this.expected = detectors.length === 0 ? null : new ExpectedRows(keys, detectors);
    this.#values = measures.map(() => []);
  }

  window(start: number, end: number, slot: number, values: readonly number[]): void {
    this.#starts.push(start);
    this.#ends.push(end);
    this.#slots.push(slot);
    for (let m = 0; m < values.length; m++) this.#values[m]!.push(values[m]!);
  }

  anomaly(end: number, slot: number, spec: DetectorSpec, value: number, reading: Reading): void {
    const { expected, lo, hi, score, reason } = reading;
    this.#anomalies.push([end, spec.measure, value, expected, lo, hi, score, reason]);
    this.#anomalySlots.push(slot);
  }

  transition(transition: Transition): void {
    this.#transitions.push(transition);
  }

  /** Everything since the last time. `types` are those of the measures. */
  take(types: readonly NumericType[]): MonitorTables {
    const tables = {
      windows: this.#windowTable(types),
      anomalies: this.#anomalyTable(),
      alerts: this.#alertTable(),
      ...this.bands.take(types),
      ...(this.expected ? { expected: this.expected.take() } : {})
    };
    this.#starts = [];
    this.#ends = [];
    this.#slots = [];
    this.#values = this.#measures.map(() => []);
    this.#anomalies.clear();
    this.#anomalySlots = [];
    this.#transitions = [];
    return tables;
  }

  snapshot(): MonitorRowsSnapshot {
    const windows = [this.#starts, this.#ends, this.#slots, ...this.#values];
    return {
      windows: windows.map((values) => Float64Array.from(values)),
      anomalies: this.#anomalies.rowList(),
      anomalySlots: [...this.#anomalySlots],
      transitions: [...this.#transitions],
      bands: this.bands.snapshot(),
      ...(this.expected ? { expected: this.expected.snapshot() } : {})
    };
  }

  restore(state: MonitorRowsSnapshot): void {
    const { windows, anomalies, anomalySlots, transitions, bands, expected } = state;
    const [starts, ends, slots, ...values] = windows.map((column) => [...column]);
    this.#starts = starts!;
    this.#ends = ends!;
    this.#slots = slots!;
    this.#values = values;
    this.#anomalies.clear();
    for (const row of anomalies) this.#anomalies.push(row);
    this.#anomalySlots = [...anomalySlots];
    this.#transitions = [...transitions];
    this.bands.restore(bands);
    this.expected?.restore(expected ?? []);
  }

  #windowTable(types: readonly NumericType[]): Columns {
    const measured = this.#measures.map((name, m): [string, Vector] => [
      name,
      numberColumn(this.#values[m]!, types[m]!)
    ]);
    return columns({
      window_start: numberColumn(this.#starts, 'timestamp'),
      window_end: numberColumn(this.#ends, 'timestamp'),
      ...this.#keyed(this.#slots),
      ...Object.fromEntries(measured)
    });
  }

  #anomalyTable(): Columns {
    const [end, ...judged] = this.#anomalies.entries();
    return columns({
      ...Object.fromEntries([end!]),
      ...this.#keyed(this.#anomalySlots),
      ...Object.fromEntries(judged)
    });
  }

  #alertTable(): Columns {
    const ranks = this.#keys.ranks();
    const rows = this.#transitions.sort(
      (a, b) => a.time - b.time || a.rule - b.rule || ranks[a.slot]! - ranks[b.slot]!
    );
    const times = (of: (t: Transition) => number) => numberColumn(rows.map(of), 'timestamp');
    return columns({
      time: times((t) => t.time),
      alert: { type: 'text', values: rows.map((t) => this.#rules[t.rule]!.name) },
      ...this.#keyed(rows.map((t) => t.slot)),
      state: { type: 'text', values: rows.map((t) => t.state) },
      value: numberColumn(
        rows.map((t) => t.value),
        'number'
      ),
      evidence_from: times((t) => t.from),
      evidence_to: times((t) => t.to),
      ...(this.#marks ? this.#markColumns(rows) : {})
    });
  }

  /** How often the windows of each transition were corrected, and whether it stands in the place of an earlier row. */
  #markColumns(rows: readonly Transition[]): Record<string, Vector> {
    const corrected = rows.map((t) => t.corrected ?? 0);
    return {
      [freeName('corrected', this.#keys.by)]: numberColumn(corrected, 'integer'),
      [freeName(changeColumn, this.#keys.by)]: numberColumn(
        corrected.map((n) => (n > 0 ? 1 : 0)),
        'integer'
      )
    };
  }

  #keyed(slots: readonly number[]): Record<string, Vector> {
    return Object.fromEntries(this.#keys.columns(slots));
  }
}

const anomalyFields = {
  window_end: 'timestamp',
  measure: 'text',
  value: 'number',
  expected: 'number',
  lo: 'number',
  hi: 'number',
  score: 'number',
  reason: 'text'
} as const;
