import { concat, emptyColumns, take, toRows, vectorOf, type Columns } from '#lib/base/columns.ts';
import { ProblemError, type Problem, type Scalar } from '#lib/base/problem.ts';
import { seeded } from '#lib/base/random.ts';
import type {
  Came,
  Cell,
  Live,
  LiveRun,
  Retention,
  Revision,
  RunContext,
  StreamClock
} from '#lib/cells/core/context.ts';
import type { FeedItem, FeedRequest } from '#lib/cells/core/feed.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import { csvColumns } from './csv.ts';

export interface LiveCase {
  readonly body: string;
  readonly name?: string;
  readonly params?: Readonly<Record<string, Scalar>>;
  /** Tables it reads or follows, as columns or as small CSV text. */
  readonly given?: Readonly<Record<string, string | Columns>>;
  /** Clocks of the given tables that are streams. */
  readonly clocks?: Readonly<Record<string, StreamClock>>;
  /** Rows of a followed batch; default: the whole log at once. */
  readonly batch?: number;
  readonly seed?: number;
  /** The reader's speed; default Infinity. */
  readonly speed?: number;
  /** What a live source gives; without it the test has none. */
  readonly feed?: (request: FeedRequest) => AsyncIterable<FeedItem>;
  readonly onReport?: (report: unknown) => void;
  /** Parts of the context that the test watches or bends. */
  readonly context?: Partial<RunContext>;
}

export interface LiveTestOutcome {
  /** What was appended, by relation. */
  readonly relations: Readonly<Record<string, Columns>>;
  readonly report: unknown;
  /** Problems of the text, warnings and what stopped the run. */
  readonly problems: readonly Problem[];
  /** Appends by relation. */
  readonly appends: Readonly<Record<string, number>>;
}

/** A cell of a `live` kind run over tables in memory, by a clock that jumps ahead instead of waiting. */
export async function runLiveKindForTest(
  kind: CellKind,
  run: LiveRun<never>,
  options: LiveCase
): Promise<LiveTestOutcome> {
  const { body, name = 'example', params = {}, seed = 1 } = options;
  const parsed = kind.body.parse(body, params);
  const problems: Problem[] = [...parsed.problems];
  const nothing = { relations: {}, report: null, problems, appends: {} };
  if (parsed.config === null) return nothing;
  const cell: Cell = { name, kind: kind.kind, body, config: parsed.config, params };
  const live = new MemoryLive(options);
  const ctx: RunContext = {
    signal: new AbortController().signal,
    random: seeded(seed, name),
    seed,
    now: () => 0,
    progress: () => undefined,
    checkpoint: () => Promise.resolve(),
    warn: (problem) => problems.push(problem),
    fail: (problem) => problems.push(problem),
    ...options.context
  };
  try {
    const report = await (run as LiveRun<unknown>)(cell, live, ctx);
    return { relations: live.relations(), report, problems, appends: live.appends };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(error.problem);
    return nothing;
  }
}

class MemoryLive implements Live {
  readonly appends: Record<string, number> = {};
  readonly #options: LiveCase;
  readonly #given: Record<string, Columns>;
  readonly #parts = new Map<string, Columns[]>();
  #wall = 0;

  constructor(options: LiveCase) {
    this.#options = options;
    this.#given = Object.fromEntries(
      Object.entries(options.given ?? {}).map(([relation, table]) => [
        relation,
        typeof table === 'string' ? csvColumns(table) : table
      ])
    );
  }

  read(relation: string): Promise<Columns> {
    const table = this.#given[relation];
    if (!table) throw new Error(`The test gives no table ${relation}`);
    return Promise.resolve(table);
  }

  async follow(stream: string) {
    const table = await this.read(stream);
    const size = this.#options.batch ?? Math.max(table.length, 1);
    async function* batches() {
      for (let at = 0; at < table.length; at += size) {
        const rows = Array.from({ length: Math.min(size, table.length - at) }, (_, i) => at + i);
        yield await Promise.resolve(take(table, rows));
      }
    }
    return { clock: this.#options.clocks?.[stream] ?? null, batches: batches() };
  }

  append(
    relation: string,
    batch: Columns,
    retain: readonly Retention[] = [],
    came?: Came
  ): Promise<void> {
    if (came?.tick !== undefined) return Promise.resolve();
    const parts = this.#parts.get(relation) ?? [];
    const bounded = retain.reduce(keptRows, concat([...parts, batch]));
    this.#parts.set(relation, retain.length > 0 ? [bounded] : [...parts, batch]);
    this.appends[relation] = (this.appends[relation] ?? 0) + 1;
    return Promise.resolve();
  }

  /** As the data worker does, rows kept in order of the keys at once. */
  revise(
    relation: string,
    batch: Columns,
    { keys, change }: Revision,
    retain: readonly Retention[] = []
  ): Promise<void> {
    const flags = vectorOf(batch, change)!.values as Float64Array;
    const plain = withoutColumn(batch, change);
    const earlier = concat(this.#parts.get(relation) ?? []);
    const all = concat(earlier.names.length > 0 ? [earlier, plain] : [plain]);
    const rows = new Map<string, number>();
    const before = all.length - plain.length;
    const named = keys.map((key) =>
      all.names.findIndex((n) => n.toLowerCase() === key.toLowerCase())
    );
    const valueOf = (column: number, row: number) =>
      toRows(take(all, [row]))[0]![all.names[column]!];
    for (let row = 0; row < all.length; row++) {
      const id = JSON.stringify(named.map((column) => valueOf(column, row)));
      if (row >= before && flags[row - before] === 2) rows.delete(id);
      else rows.set(id, row);
    }
    const kept = [...rows.values()].sort((a, b) => {
      for (const column of named) {
        const [x, y] = [valueOf(column, a), valueOf(column, b)] as [
          number | string | null,
          number | string | null
        ];
        if (x === y) continue;
        if (x === null || y === null) return x === null ? 1 : -1;
        return x < y ? -1 : 1;
      }
      return 0;
    });
    this.#parts.set(relation, [retain.reduce(keptRows, take(all, kept))]);
    this.appends[relation] = (this.appends[relation] ?? 0) + 1;
    return Promise.resolve();
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  feed(request: FeedRequest): AsyncIterable<FeedItem> {
    const { feed } = this.#options;
    if (!feed) throw new Error('The test gives no live source');
    return feed(request);
  }

  report(report: unknown): void {
    this.#options.onReport?.(report);
  }

  speed(): number {
    return this.#options.speed ?? Infinity;
  }

  elapsed(): number {
    return this.#wall;
  }

  sleep(ms: number): Promise<void> {
    this.#wall += ms;
    return Promise.resolve();
  }

  relations(): Record<string, Columns> {
    return Object.fromEntries(
      [...this.#parts].map(([relation, parts]) => [
        relation,
        concat(parts.filter((part) => part.length > 0 || part === parts[0])) ?? emptyColumns
      ])
    );
  }
}

function withoutColumn(table: Columns, name: string): Columns {
  const at = table.names.indexOf(name);
  return {
    ...table,
    names: table.names.filter((_, i) => i !== at),
    vectors: table.vectors.filter((_, i) => i !== at)
  };
}

/** The rows that a bound leaves; of many the data worker lets go by the tenth, this at once. */
export function keptRows(table: Columns, bound: Retention): Columns {
  if ('latest' in bound) {
    const first = Math.max(0, table.length - bound.latest);
    return take(
      table,
      Uint32Array.from({ length: table.length - first }, (_, i) => first + i)
    );
  }
  const { column, from } = bound;
  const vector = vectorOf(table, column);
  if (!vector) throw new Error(`No column ${column} to retain by`);
  const rows = Array.from({ length: table.length }, (_, row) => row).filter(
    (row) => (vector.values[row] as number) >= from
  );
  return take(table, rows);
}
