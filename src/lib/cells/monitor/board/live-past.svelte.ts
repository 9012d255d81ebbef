import { untrack } from 'svelte';
import type { ViewData } from '../../core/view.ts';
import type { AnomalyReport, MonitorReport, TransitionReport } from '../report.ts';
import { readAnomalies, readStates, readSteps, readTicks, type PastStep } from './past-rows.ts';

/** How often tables are asked again: while the past is moved through, and while they grow. */
const movedMs = 120;
const grownMs = 2000;
/** What cannot be read is asked for again after waits that double up to this. */
const mostMs = 30_000;
/** Changes and anomalies that lists have room for, rings of all lines, and places of the strip at the foot. */
const listed = 8;
const rings = 600;
const parts = 400;

interface Wanted {
  readonly data: ViewData;
  readonly name: string;
  readonly report: MonitorReport;
  /** SQL for the rows of the key that is shown; null while it is not known. */
  readonly where: string | null;
  /** The stretch shown; `held`: whether it stands in the past. */
  readonly from: number;
  readonly to: number;
  readonly held: boolean;
  readonly first: number;
  readonly last: number;
}

interface Read {
  readonly steps: readonly PastStep[];
  readonly anomalies: readonly AnomalyReport[];
  readonly ticks: readonly PastStep[] | null;
}

const nothing: Read = { steps: [], anomalies: [], ticks: null };

/** Alerts and anomalies of the past that a report, which has the latest 200 of each, reaches back to no more. */
export class LivePast {
  #read = $state.raw<Read>(nothing);
  #of = '';
  #wanted: Wanted | null = null;
  #busy = false;
  #failures = 0;
  #isOver = false;
  #askedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** A report with what was read of the past put in. */
  with(report: MonitorReport): MonitorReport {
    const { steps, anomalies } = this.#read;
    if (steps.length + anomalies.length === 0) return report;
    return {
      ...report,
      anomalies: merged(report.anomalies, anomalies, (a) => `${a.time} ${a.measure} ${a.key}`),
      transitions: merged(
        report.transitions,
        steps.map((step) => transitionOf(step, report)),
        (t) => `${t.time} ${t.state} ${t.alert} ${t.key}`
      )
    };
  }

  /** Where alerts began, over all of the past; null where the report has them all. */
  get ticks(): readonly PastStep[] | null {
    return this.#read.ticks;
  }

  take(wanted: Wanted, run: string): void {
    untrack(() => {
      const of = JSON.stringify([wanted.name, run]);
      if (of !== this.#of) {
        this.#of = of;
        this.#read = nothing;
        this.#failures = 0;
        this.#rest();
      }
      this.#wanted = wanted;
      this.#schedule();
    });
  }

  /** Asks for nothing more: nobody looks at it. */
  end(): void {
    this.#isOver = true;
    this.#rest();
  }

  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #schedule(): void {
    const wanted = this.#wanted!;
    if (this.#isOver || this.#busy || this.#timer !== null || !isMissing(wanted)) return;
    const every = this.#every(wanted);
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        void this.#load(this.#wanted!);
      },
      Math.max(0, this.#askedAt + every - performance.now())
    );
  }

  #every({ held }: Wanted): number {
    if (this.#failures > 0) return Math.min(grownMs * 2 ** (this.#failures - 1), mostMs);
    return held ? movedMs : grownMs;
  }

  async #load(wanted: Wanted): Promise<void> {
    const of = this.#of;
    let isRead = false;
    this.#busy = true;
    this.#askedAt = performance.now();
    try {
      const read = await readPast(wanted);
      if (of === this.#of) this.#read = read;
      isRead = true;
    } catch {
      // The tables are not there yet, or no longer.
    } finally {
      this.#busy = false;
      this.#failures = isRead ? 0 : this.#failures + 1;
      if (!isRead || this.#wanted !== wanted) this.#schedule();
    }
  }
}

const lacksSteps = ({ report }: Wanted) => report.transitionCount > report.transitions.length;
const lacksAnomalies = ({ report, from }: Wanted) =>
  report.anomalyCount > report.anomalies.length && from < (report.anomalies[0]?.time ?? Infinity);

function isMissing(wanted: Wanted): boolean {
  return lacksSteps(wanted) || lacksAnomalies(wanted);
}

async function readPast(wanted: Wanted): Promise<Read> {
  const { data, name, where, from, to, held, first, last } = wanted;
  const of = { name, by: wanted.report.by };
  const then = lacksSteps(wanted) && held;
  const inside = lacksAnomalies(wanted);
  const [ticks, states, steps, shown, before] = await Promise.all([
    lacksSteps(wanted) ? readTicks(data, of, { first, last, parts }) : null,
    then ? readStates(data, of, to) : [],
    then ? readSteps(data, of, to, listed) : [],
    inside && where !== null ? readAnomalies(data, of, { where, from, to }, rings) : [],
    inside && held ? readAnomalies(data, of, { where: 'true', from: null, to }, listed) : []
  ]);
  return { ticks, steps: [...states, ...steps], anomalies: [...shown, ...before] };
}

/** Both lists by time, each entry once. */
function merged<T extends { readonly time: number }>(
  told: readonly T[],
  read: readonly T[],
  identity: (entry: T) => string
): readonly T[] {
  const known = new Set(told.map(identity));
  const more = read.filter((entry) => {
    const name = identity(entry);
    return !known.has(name) && known.add(name);
  });
  return [...told, ...more].sort((a, b) => a.time - b.time);
}

/** The tables say nothing of who is told. */
function transitionOf(step: PastStep, report: MonitorReport): TransitionReport {
  const { severity } = report.rules.find(({ name }) => name === step.alert) ?? { severity: null };
  const { time } = step;
  return { ...step, severity, value: null, from: time, to: time, silenced: null, corrected: 0 };
}
