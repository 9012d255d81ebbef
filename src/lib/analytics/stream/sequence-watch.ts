import { isMissing, valueAt, type Columns, type Vector } from '#lib/base/columns.ts';
import { columnOf } from './batch-scope.ts';

/** Numbers that a producer left out, when the next one came. */
export interface SequenceGap {
  readonly producer: string;
  from: number;
  to: number;
  readonly at: number;
}

export interface SequenceWatchSnapshot {
  readonly missing: number;
  readonly gaps: readonly SequenceGap[];
  /** The last number of every producer. */
  readonly last: readonly (readonly [string, number])[];
}

/** Producers watched, and gaps remembered in case what is missing comes late. */
const mostProducers = 100_000;
const mostGaps = 256;
/** A number so far below the last one is a producer that began anew, not a late event. */
const restart = 10_000;

/**
 * Counts events that are missing by the numbers that their producers give them (n, n + 1, …). A number that comes late
 * fills its gap again; one far below the last, or a first number again, is a producer that began anew. O(rows) but for
 * late numbers, O(gaps remembered).
 */
export class SequenceWatch {
  /** Events missing so far. */
  missing = 0;
  readonly gaps: SequenceGap[] = [];
  readonly #column: string;
  readonly #by: readonly string[];
  readonly #relation: string;
  readonly #last = new Map<string, number>();

  constructor(column: string, by: readonly string[], relation: string) {
    this.#column = column;
    this.#by = by;
    this.#relation = relation;
  }

  snapshot(): SequenceWatchSnapshot {
    return {
      missing: this.missing,
      gaps: this.gaps.map((gap) => ({ ...gap })),
      last: [...this.#last]
    };
  }

  restore({ missing, gaps, last }: SequenceWatchSnapshot): void {
    this.missing = missing;
    this.gaps.splice(0, Infinity, ...gaps.map((gap) => ({ ...gap })));
    this.#last.clear();
    for (const [producer, number] of last) this.#last.set(producer, number);
  }

  observe(table: Columns, at: number): void {
    const numbers = columnOf(table, this.#column, this.#relation);
    const by = this.#by.map((name) => columnOf(table, name, this.#relation));
    for (let row = 0; row < table.length; row++) {
      if (isMissing(numbers, row)) continue;
      const number = Number(numbers.values[row]);
      if (Number.isSafeInteger(number)) this.#next(keyOf(by, row), number, at);
    }
  }

  #next(producer: string, number: number, at: number): void {
    const last = this.#last.get(producer);
    if (last !== undefined && number <= last && last - number < restart && !this.#isFirst(number)) {
      this.#fill(producer, number);
      return;
    }
    if (last !== undefined && number > last + 1) {
      this.missing += number - last - 1;
      this.gaps.push({ producer, from: last + 1, to: number - 1, at });
      if (this.gaps.length > mostGaps) this.gaps.shift();
    }
    if (last === undefined && this.#last.size >= mostProducers)
      this.#last.delete(this.#last.keys().next().value!);
    this.#last.set(producer, number);
  }

  /** 0 and 1 are where counting begins; as late events they would have had to be missing. */
  #isFirst(number: number): boolean {
    return number <= 1 && !this.gaps.some((gap) => gap.from <= number && number <= gap.to);
  }

  #fill(producer: string, number: number): void {
    const at = this.gaps.findIndex(
      (gap) => gap.producer === producer && gap.from <= number && number <= gap.to
    );
    const gap = this.gaps[at];
    if (!gap) return;
    this.missing--;
    if (gap.from === gap.to) this.gaps.splice(at, 1);
    else if (number === gap.from) gap.from++;
    else if (number === gap.to) gap.to--;
    else {
      this.gaps.splice(at + 1, 0, { ...gap, from: number + 1 });
      gap.to = number - 1;
    }
  }
}

function keyOf(by: readonly Vector[], row: number): string {
  return by.map((vector) => String(valueAt(vector, row) as string | number | null)).join(', ');
}
