import {
  columns,
  emptyLike,
  numeric,
  take,
  text,
  type Columns,
  type Vector
} from '#lib/base/columns.ts';
import { formatDuration } from '#lib/base/duration.ts';
import { freeName } from './free-name.ts';

/** The latest that are told. */
const told = 12;

export interface QuarantineSnapshot {
  readonly count: number;
  readonly latest: readonly { readonly time: number; readonly arrived: number }[];
}

/**
 * Keeps apart the events that say to have happened more than `bound` milliseconds after they came: the clock that made
 * them is wrong, and taken at their word they would close every window before its time.
 */
export class Quarantine {
  count = 0;
  /** Youngest first; milliseconds since 1970. */
  readonly latest: { time: number; arrived: number }[] = [];
  readonly #bound: number;
  #rows: number[] = [];
  #times: number[] = [];
  #arrivals: number[] = [];

  /** Infinity: any event passes. */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Whether an event is kept apart; `row` is its place in the table that `take` is asked about. */
  catches(row: number, time: number, arrived: number): boolean {
    if (!(time - arrived > this.#bound)) return false;
    this.count++;
    this.#rows.push(row);
    this.#times.push(time);
    this.#arrivals.push(arrived);
    this.#tell(time, arrived);
    return true;
  }

  /** What was caught since the last time out of `table`: its rows, numbered by `held`, with when they came, how many seconds they are ahead, and why. */
  take(table: Columns): Columns {
    const caught = take(table, Uint32Array.from(this.#rows));
    const ahead = this.#times.map((time, i) => time - this.#arrivals[i]!);
    const first = this.count - ahead.length + 1;
    const bound = formatDuration(this.#bound);
    const ours: [string, Vector][] = [
      [
        'held',
        numeric(
          ahead.map((_, i) => first + i),
          'integer'
        )
      ],
      ['received', numeric(this.#arrivals, 'timestamp')],
      ['ahead', numeric(ahead.map((ms) => ms / 1000))],
      [
        'reason',
        text(
          ahead.map(
            (ms) => `${formatDuration(Math.round(ms))} ahead of its arrival, more than ${bound}`
          )
        )
      ]
    ];
    this.#rows = [];
    this.#times = [];
    this.#arrivals = [];
    const vectors = caught.names.map((name, i): [string, Vector] => [name, caught.vectors[i]!]);
    return columns(
      Object.fromEntries([
        ...vectors,
        ...ours.map(([name, v]): [string, Vector] => [freeName(name, table.names), v])
      ])
    );
  }

  /** Learns rows that `take` gave before, but for those it knows. */
  remember(table: Columns): void {
    const [numbers, received, ahead] = ourVectors(table).map(({ values }) => values);
    for (let row = 0; row < table.length; row++) {
      const number = Number(numbers![row]);
      if (number <= this.count) continue;
      this.count = number;
      const arrived = Number(received![row]);
      this.#tell(Math.round(arrived + Number(ahead![row]) * 1000), arrived);
    }
  }

  snapshot(): QuarantineSnapshot {
    return { count: this.count, latest: this.latest.map((event) => ({ ...event })) };
  }

  restore({ count, latest }: QuarantineSnapshot): void {
    this.count = count;
    this.latest.splice(0, this.latest.length, ...latest.map((event) => ({ ...event })));
  }

  #tell(time: number, arrived: number): void {
    this.latest.unshift({ time, arrived });
    this.latest.length = Math.min(this.latest.length, told);
  }
}

/** The columns that `take` adds, behind those of the stream. */
const ourColumns = 4;

function ourVectors({ vectors }: Columns): readonly Vector[] {
  return vectors.slice(-ourColumns);
}

/** No rows, in the columns that the stream of quarantined rows has. */
export function streamColumns(table: Columns): Columns {
  const { names, vectors } = emptyLike(table);
  return {
    length: 0,
    names: names.slice(0, -ourColumns),
    vectors: vectors.slice(0, -ourColumns)
  };
}
