import { defined } from '#lib/base/assert.ts';
import type { Graph } from '#lib/notebook/graph-model.ts';
import { nameKey } from '#lib/sql/quote.ts';
import type { Basis, CellRecord, WholeBasis } from './cell-record.ts';
import type { Engine, Outcome } from './engine.ts';
import type { ExecutorEvents } from './executor-model.ts';
import { inputsOf, staleReason } from './inputs.ts';
import { next, type CellEvent, type RunId } from './states.ts';

const noGraph: Graph = {
  cells: [],
  byId: new Map(),
  order: [],
  producers: new Map(),
  params: {},
  seed: 0
};

/** What is known of every cell and of the tables it left. Every change of a state and every drop of a table goes through here. */
export class Ledger {
  readonly records = new Map<string, CellRecord>();
  readonly #engine: Engine;
  readonly #events: ExecutorEvents;
  #graph = noGraph;
  #owned: ReadonlySet<string> = new Set();
  #drops: Promise<unknown> = Promise.resolve();
  #nextRun = 1;

  constructor(engine: Engine, events: ExecutorEvents) {
    this.#engine = engine;
    this.#events = events;
  }

  get graph(): Graph {
    return this.#graph;
  }

  set graph(graph: Graph) {
    this.#graph = graph;
    this.#owned = new Set(
      graph.cells.filter((c) => c.status !== 'off').flatMap((c) => c.outputs.map(nameKey))
    );
  }

  /** Resolves once every table that was to be dropped is gone. */
  get dropped(): Promise<unknown> {
    return this.#drops;
  }

  record(id: string): CellRecord {
    return defined(this.records.get(id), `the record of ${id}`);
  }

  runId(): RunId {
    return this.#nextRun++ as RunId;
  }

  apply(record: CellRecord, event: CellEvent): void {
    const state = next(record.state, event);
    if (state === record.state) return;
    record.state = state;
    this.#events.onState(record.id, state);
  }

  /** Everything the cell depends on as things stand. */
  basis(record: CellRecord): Basis {
    const inputs = inputsOf(record, this.#graph, this.records);
    return { text: record.text, mark: record.mark, inputs };
  }

  markStale(record: CellRecord): void {
    const reason = staleReason(record, this.#graph, this.records);
    this.apply(record, { type: 'stale', reason });
  }

  /** The tables of `outcome` stand in the engine now, whoever still wanted them. */
  publish(
    record: CellRecord,
    basis: WholeBasis,
    outcome: Outcome,
    { fingerprint, version }: { fingerprint: string; version: string }
  ): void {
    const relations = new Set(outcome.relations.map((r) => nameKey(r.name)));
    const before = record.outcome?.relations.map((r) => r.name) ?? [];
    this.drop(before.filter((name) => !relations.has(nameKey(name))));
    record.outcome = outcome;
    record.good = basis;
    record.lost = null;
    record.freed = null;
    record.published = {
      key: outcome.hash,
      version,
      followKey: outcome.partial ? `part:${fingerprint}:${outcome.hash}` : `fp:${fingerprint}`,
      live: false,
      relations
    };
    this.#events.onOutcome(record.id, outcome);
  }

  /** Drops the tables of a cell that is gone, except those another cell now makes. */
  release(record: CellRecord): void {
    if (!record.outcome && !record.published) return;
    const names = [...record.cell.outputs, ...(record.outcome?.relations ?? []).map((r) => r.name)];
    this.forget(record);
    record.bad = null;
    this.drop(names);
  }

  /** The tables of a cell are no longer there. */
  forget(record: CellRecord): void {
    const shown = record.outcome !== null || record.published !== null;
    record.outcome = record.published = record.good = null;
    if (shown) this.#events.onOutcome(record.id, null);
  }

  drop(relations: readonly string[]): void {
    const gone = [...new Set(relations)].filter((name) => !this.#owned.has(nameKey(name)));
    if (gone.length === 0) return;
    this.#drops = Promise.all([this.#drops, this.#engine.drop(gone).catch(() => undefined)]);
  }
}
