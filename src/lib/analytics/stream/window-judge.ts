import { AlertBoard, type AlertRule, type Transition } from './alert-board.ts';
import {
  Detector,
  firstOfMeasures,
  type DetectorSpec,
  type ForetoldFor,
  type Reading
} from './detect.ts';
import type { NumberAt } from './evaluate.ts';
import { hasValueWithoutEvents } from './measure-parts.ts';
import type { MeasurePlan } from './measures.ts';
import type { WindowSpec } from './windows.ts';

/** What of a monitor judges its windows. */
export interface JudgingSpec {
  readonly window: WindowSpec;
  readonly measures: MeasurePlan;
  readonly detectors: readonly DetectorSpec[];
  readonly rules: readonly AlertRule[];
  /** Whether a window that ends at `end` closes too late for alerts to fire; absent: never. */
  readonly isStale?: (end: number) => boolean;
}

interface Listener {
  onAnomaly(end: number, slot: number, spec: DetectorSpec, value: number, reading: Reading): void;
  onTransition(transition: Transition): void;
  /** A window has been judged; `readings[d]` is the judgement of detector d. Rules have not seen it yet. */
  onJudged(
    start: number,
    end: number,
    slot: number,
    values: readonly number[],
    readings: readonly (Reading | null)[]
  ): void;
}

/**
 * Detectors and alert rules over closed windows: detectors judge each, then rules see all of one end at once, with what
 * the detectors made of them. O(windows × (detectors + rules)).
 */
export class WindowJudge {
  readonly board: AlertBoard;
  /** By measure, its figures of keys without a window; those that have none are missing. */
  standing: readonly (NumberAt | null)[] = [];
  /** The end that rules look at. */
  end = Number.NaN;
  readonly #window: WindowSpec;
  readonly #listener: Listener;
  readonly #detectors: readonly Detector[];
  /** By detector: the number of its measure. */
  readonly #detected: readonly number[];
  readonly #tells: readonly boolean[];
  readonly #measured: number;
  /** What conditions read, by name, then row. */
  readonly #figures: Float64Array[];

  constructor(
    { window, measures, detectors, rules, isStale }: JudgingSpec,
    foretoldFor: (spec: DetectorSpec) => ForetoldFor | null,
    listener: Listener
  ) {
    const names = measures.measures.map((m) => m.name.toLowerCase());
    const figures = figureNamesOf({ measures });
    this.#window = window;
    this.#listener = listener;
    this.#measured = names.length;
    this.#detectors = detectors.map((spec) => new Detector(spec, foretoldFor(spec)));
    this.#detected = detectors.map((spec) => names.indexOf(spec.measure.toLowerCase()));
    this.#tells = firstOfMeasures(detectors);
    this.#figures = figures.map(() => new Float64Array(0));
    this.board = new AlertBoard(
      rules,
      {
        names: figures,
        at: (name) => {
          const i = figures.indexOf(name);
          return (row) =>
            row < 0 ? (this.standing[i]?.(~row) ?? Number.NaN) : this.#figures[i]![row]!;
        },
        evaluate: (time) => (this.end = time),
        standing: measures.measures
          .filter((_, m) => hasValueWithoutEvents(measures, m))
          .map(({ name }) => name)
      },
      (transition) => listener.onTransition(transition),
      isStale
    );
  }

  /** Judges the windows of one end; `figures` are their measures, by row. */
  judge(
    end: number,
    starts: readonly number[],
    slots: readonly number[],
    figures: readonly (readonly number[])[]
  ): void {
    for (let i = 0; i < this.#figures.length; i++) {
      if (this.#figures[i]!.length < slots.length)
        this.#figures[i] = new Float64Array(slots.length * 2);
      this.#figures[i]!.fill(Number.NaN);
    }
    for (let row = 0; row < slots.length; row++) {
      const slot = slots[row]!;
      const start = starts[row]!;
      const values = figures[row]!;
      for (let m = 0; m < this.#measured; m++) this.#figures[m]![row] = values[m]!;
      const readings = this.#read(slot, start, end, values);
      this.#note(row, readings);
      this.#listener.onJudged(start, end, slot, values, readings);
    }
    this.board.evaluate(end, starts, slots, this.#window.kind === 'grid' ? this.#window : null);
  }

  /** Event time has come to `end` without a window: rules see the silence. */
  reach(end: number): void {
    if (this.#window.kind === 'grid') this.board.reach(end, this.#window);
  }

  forget(slots: readonly number[]): void {
    this.board.forget(slots);
    for (const detector of this.#detectors) detector.forget(slots);
  }

  /** By detector, for the structured clone. The board has its own. */
  snapshot(): readonly unknown[] {
    return this.#detectors.map((detector) => detector.snapshot());
  }

  restore(detectors: readonly unknown[]): void {
    for (const [d, detector] of this.#detectors.entries()) detector.restore(detectors[d]);
  }

  #read(
    slot: number,
    start: number,
    end: number,
    values: readonly number[]
  ): readonly (Reading | null)[] {
    if (this.#detectors.length === 0) return noReadings;
    const window = this.#window;
    const index = window.kind === 'grid' ? Math.round(start / window.slide) : Number.NaN;
    return this.#detectors.map((detector, d) => {
      const value = values[this.#detected[d]!]!;
      const reading = detector.judge(slot, index, value);
      if (reading?.anomaly) this.#listener.onAnomaly(end, slot, detector.spec, value, reading);
      return reading;
    });
  }

  /** Puts judgements where conditions find them. */
  #note(row: number, readings: readonly (Reading | null)[]): void {
    for (let d = 0; d < readings.length; d++) {
      const reading = readings[d];
      if (!reading || !this.#tells[d]) continue;
      const at = this.#measured + judgedFigures.length * this.#detected[d]!;
      this.#figures[at]![row] = reading.score;
      this.#figures[at + 1]![row] = reading.expected;
      this.#figures[at + 2]![row] = reading.anomaly ? 1 : 0;
    }
  }
}

const noReadings: readonly (Reading | null)[] = [];

/** What conditions may ask of a measure that a detector watches: `units_score` and so on; `anomaly` is 1 or 0. */
const judgedFigures = ['score', 'expected', 'anomaly'] as const;

/** The names conditions may use: measures, and for each what a detector made of it where one watches it. */
export function figureNamesOf({ measures }: Pick<JudgingSpec, 'measures'>): string[] {
  const names = measures.measures.map((m) => m.name);
  return [...names, ...names.flatMap((name) => judgedFigures.map((figure) => `${name}_${figure}`))];
}
