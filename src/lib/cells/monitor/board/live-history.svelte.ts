import { untrack } from 'svelte';
import type { ViewData } from '../../core/view.ts';
import type { MonitorReport } from '../report.ts';
import type { History } from './history.ts';
import { readWindows } from './rows.ts';
import { emptyHistory, takeTail } from './tail.ts';

/** Which windows are wanted: those of one key in one run of a monitor. */
export interface Wanted {
  readonly data: ViewData;
  readonly name: string;
  readonly key: string;
  /** SQL for the rows of the key; null while it is not known. */
  readonly where: string | null;
  /** What differs from run to run. */
  readonly run: string;
  readonly report: MonitorReport;
}

/**
 * The windows of the key that is shown. The newest come with every report and are there at once; those before them are
 * read from the table in pieces, when there are any.
 */
export class LiveHistory {
  #history = $state.raw(emptyHistory([]));
  #revision = $state(0);
  reading = $state(false);
  #of = '';
  #read = false;
  #wanted: Wanted | null = null;

  /** The windows known by now; the same object grows. */
  get history(): History {
    void this.#revision;
    return this.#history;
  }

  take(wanted: Wanted): void {
    untrack(() => {
      const { name, key, run, report } = wanted;
      const of = JSON.stringify([name, key, run, report.measures]);
      if (of !== this.#of) {
        this.#of = of;
        this.#read = false;
        this.#history = emptyHistory(report.measures);
      }
      this.#wanted = wanted;
      const joins = takeTail(this.#history, seriesOf(wanted));
      this.#revision++;
      if (!this.reading && (!this.#read || !joins) && this.#hasMore(wanted)) void this.#load();
    });
  }

  #hasMore({ report, key }: Wanted): boolean {
    const tail = report.series.find((s) => s.key === key)?.ends.length ?? 0;
    return report.by.length > 0 ? this.#wanted!.where !== null : report.windows > tail;
  }

  async #load(): Promise<void> {
    const of = this.#of;
    const { data, name, where, report } = this.#wanted!;
    if (where === null) return;
    this.reading = true;
    const into = this.#read ? this.#history : emptyHistory(report.measures);
    const gone = () => this.#of !== of;
    try {
      await readWindows(data, { name, where, measures: report.measures }, into, gone);
      if (gone()) return;
      takeTail(into, seriesOf(this.#wanted!));
      this.#history = into;
      this.#read = true;
      this.#revision++;
    } catch {
      // The table is not there yet, or no longer: the next report asks again.
    } finally {
      this.reading = false;
      if (gone() && this.#wanted) this.take(this.#wanted);
    }
  }
}

function seriesOf({ report, key }: Wanted) {
  return report.series.filter((s) => s.key === key);
}
