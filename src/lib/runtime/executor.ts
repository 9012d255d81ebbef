import type { Graph, GraphCell } from '#lib/notebook/graph-model.ts';
import {
  isAuto,
  isWhole,
  newRecord,
  type Basis,
  type CellRecord,
  type WholeBasis
} from './cell-record.ts';
import { keptOutcome } from './cell-run.ts';
import type { Engine, Outcome } from './engine.ts';
import type { ExecutorApi, ExecutorEvents } from './executor-model.ts';
import { FileMarks } from './file-marks.ts';
import { fingerprint, textHash } from './fingerprint.ts';
import { holds, matches, readsLive, standingOf, upstreamOf, versionOf } from './inputs.ts';
import { Ledger } from './ledger.ts';
import { isPaced, Pace } from './pace.ts';
import { plan } from './plan.ts';
import { Requests } from './requests.ts';
import { Runs } from './runs.ts';
import { neverRun, type CellState } from './states.ts';

export interface ExecutorOptions {
  /** Processor cores of this machine. */
  readonly cores?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** The least time between two readings of a stream that goes on. */
  readonly liveEveryMs?: number;
}

/** The executor of a notebook: keeps every cell's state, decides what runs when, and hands it to the engine. */
export function createExecutor(
  engine: Engine,
  events: ExecutorEvents,
  options: ExecutorOptions = {}
): ExecutorApi {
  return new Executor(engine, events, options);
}

/**
 * After anything happens (an edit, a run that ended, a revision of a stream, a file), one pass over the cells in
 * execution order brings each to the state that follows from its text, its inputs and its upstream cells, and starts
 * what can start. Nothing else changes states, except the events of a run itself.
 */
class Executor implements ExecutorApi {
  autoRun = true;
  holdsBack: (cell: GraphCell) => boolean = () => false;
  readonly #engine: Engine;
  readonly #events: ExecutorEvents;
  readonly #ledger: Ledger;
  readonly #runs: Runs;
  readonly #marks: FileMarks;
  readonly #pace: Pace;
  readonly #requests = new Requests();
  readonly #stopListening: () => void;
  #reconciling = false;
  #again = false;
  #disposed = false;

  constructor(engine: Engine, events: ExecutorEvents, options: ExecutorOptions) {
    const { cores = 4, now = Date.now, liveEveryMs = 1000 } = options;
    const changed = () => this.#reconcile();
    this.#engine = engine;
    this.#events = events;
    this.#ledger = new Ledger(engine, events);
    this.#runs = new Runs(engine, events, this.#ledger, { cores, now, liveEveryMs }, changed);
    this.#marks = new FileMarks(engine, changed);
    this.#pace = new Pace(now, changed);
    this.#stopListening = engine.onRestart(() => this.#loseTables());
  }

  update(graph: Graph): void {
    if (this.#disposed) return;
    this.#ledger.graph = graph;
    for (const record of [...this.#ledger.records.values()]) {
      if (!graph.byId.has(record.id)) this.#remove(record);
    }
    for (const cell of graph.cells) this.#adopt(cell);
    this.#reconcile();
  }

  async restore(): Promise<void> {
    const { records, graph } = this.#ledger;
    await this.#marks.known();
    for (const id of graph.order) {
      const record = records.get(id);
      const basis = record && this.#idleBasis(record);
      if (!record || !basis || record.outcome) continue;
      const print = fingerprint(basis.text, basis.mark, basis.inputs);
      const outcome = await keptOutcome(this.#engine, print, id);
      if (this.#disposed) return;
      const now = records.get(id) === record ? this.#idleBasis(record) : null;
      if (!outcome || !now || !matches(basis, now)) continue;
      const version = versionOf(basis, outcome.hash);
      this.#ledger.publish(record, basis, outcome, { fingerprint: print, version });
      this.#reconcile();
    }
  }

  run(cells: readonly string[], options: { force?: boolean } = {}): Promise<void> {
    return this.#request(cells, { force: options.force ?? false, eager: true });
  }

  runAll(): Promise<void> {
    return this.#request(this.#ledger.graph.order, { force: false, eager: false });
  }

  runStale(): Promise<void> {
    const rerun: readonly CellState['at'][] = ['stale', 'cancelled', 'error'];
    const stale = this.#ledger.graph.order.filter((id) => rerun.includes(this.state(id).at));
    return this.#request(stale, { force: false, eager: false });
  }

  cancel(cell?: string): void {
    for (const record of this.#ledger.records.values()) {
      if (cell !== undefined && record.id !== cell) continue;
      record.active?.controller.abort();
      if (!record.want) continue;
      const { run } = record.want;
      record.want = null;
      record.bad = this.#ledger.basis(record);
      this.#ledger.apply(record, { type: 'cancel', run, ms: 0 });
    }
    this.#reconcile();
  }

  pause(cell: string, paused: boolean): void {
    const record = this.#ledger.records.get(cell);
    if (record) this.#runs.pause(record, paused);
  }

  endEarly(cell: string): void {
    const { active, cell: node } = this.#ledger.records.get(cell) ?? {};
    if (node?.cell && node.kind?.endsEarly?.(node.cell)) active?.enough.abort();
  }

  async free(cell: string): Promise<void> {
    const record = this.#ledger.records.get(cell);
    if (!record || record.active || record.want) return;
    const names = record.outcome?.relations.map((relation) => relation.name) ?? [];
    this.#ledger.forget(record);
    record.freed = record.text;
    this.#reconcile();
    await this.#engine.drop(names);
  }

  state(cell: string): CellState {
    return this.#ledger.records.get(cell)?.state ?? neverRun;
  }

  filesChanged(): Promise<void> {
    return this.#marks.refresh(this.#ledger.records.values());
  }

  dispose(): void {
    this.#disposed = true;
    this.#stopListening();
    this.#runs.dispose();
    this.#pace.dispose();
    this.#requests.settle(() => false);
  }

  #request(
    cells: Iterable<string>,
    { force, eager }: { force: boolean; eager: boolean }
  ): Promise<void> {
    if (this.#disposed) return Promise.resolve();
    const { graph } = this.#ledger;
    const named = new Set([...cells].filter((id) => graph.byId.get(id)?.status === 'ready'));
    const isDone = (id: string) => {
      const record = this.#ledger.record(id);
      const usable = standingOf(record) === 'usable';
      if (!named.has(id)) return usable;
      const whole = !record.outcome?.partial;
      const current = record.good === null || matches(record.good, this.#ledger.basis(record));
      return !force && usable && whole && current && ['done', 'live'].includes(record.state.at);
    };
    const planned = plan(graph, named, isDone);
    for (const id of planned) {
      const record = this.#ledger.record(id);
      const forced = force && named.has(id);
      if (record.active && !forced) continue;
      this.#runs.giveUp(record);
      this.#want(record, forced, isAuto(record) || (eager && named.has(id)));
    }
    const underWay = [...named].filter((id) => this.#ledger.record(id).active);
    const done = this.#requests.add([...planned, ...underWay]);
    this.#reconcile();
    return done;
  }

  /** Takes in one cell of a new graph. */
  #adopt(cell: GraphCell): void {
    const ledger = this.#ledger;
    let record = ledger.records.get(cell.id);
    if (!record) {
      ledger.records.set(cell.id, (record = newRecord(cell)));
      this.#events.onState(cell.id, record.state);
    }
    record.cell = cell;
    if (cell.status === 'ready' && cell.kind && cell.cell) {
      const text = textHash(cell.kind, cell.cell, ledger.graph.seed);
      if (text !== record.text) this.#requests.leave(cell.id);
      record.text = text;
      this.#marks.watch(record);
      return;
    }
    record.text = '';
    record.bad = null;
    record.want = null;
    this.#requests.leave(cell.id);
    this.#runs.giveUp(record);
    if (cell.status === 'off') {
      ledger.release(record);
      ledger.apply(record, { type: 'off' });
    } else {
      const kept = record.outcome !== null;
      ledger.apply(record, { type: 'fault', problems: cell.problems, gate: false, kept });
    }
  }

  #remove(record: CellRecord): void {
    record.want = null;
    record.asked++;
    this.#runs.giveUp(record);
    this.#requests.leave(record.id);
    this.#ledger.records.delete(record.id);
    this.#ledger.release(record);
  }

  #reconcile(): void {
    if (this.#disposed) return;
    this.#again = true;
    if (this.#reconciling) return;
    this.#reconciling = true;
    try {
      while (this.#again) {
        this.#again = false;
        for (const id of this.#ledger.graph.order) this.#settle(this.#ledger.record(id));
        this.#renumber();
      }
    } finally {
      this.#reconciling = false;
    }
    this.#requests.settle((id) => {
      const record = this.#ledger.records.get(id);
      return record !== undefined && (record.want !== null || record.active !== null);
    });
  }

  /** Brings one cell to the state that follows from everything upstream of it, which is settled already. */
  #settle(record: CellRecord): void {
    const upstream = upstreamOf(record, this.#ledger.records);
    const blockers = upstream.filter((u) => standingOf(u) === 'blocking').map((u) => u.id);
    const missing = upstream.some((u) => standingOf(u) === 'missing');
    const basis = this.#ledger.basis(record);
    record.provisional = false;
    if (record.active) {
      if (blockers.length === 0 && holds(record.active.basis, basis)) return;
      this.#runs.giveUp(record);
    }
    if (blockers.length > 0) {
      record.want = null;
      return this.#ledger.apply(record, { type: 'block', by: blockers });
    }
    if (record.want && (missing || this.#isOutdated(record))) record.want = null;
    if (!record.want) this.#rest(record, basis, missing);
    if (isWhole(basis)) this.#startIfReady(record, basis);
  }

  /** Someone asked for a run of an earlier text. Cells that run by themselves follow the edit; others wait to be asked again. */
  #isOutdated(record: CellRecord): boolean {
    return record.want?.text !== record.text && !(this.autoRun && isAuto(record));
  }

  /** The state of a cell that nobody has asked to run; it may come to run by itself. */
  #rest(record: CellRecord, basis: Basis, missing: boolean): void {
    const { at } = record.state;
    if ((at === 'error' || at === 'cancelled') && record.bad && matches(record.bad, basis)) {
      if (!isWhole(record.bad)) record.bad = basis;
      return;
    }
    if (at === 'queued' || at === 'running' || at === 'live') this.#ledger.markStale(record);
    if (record.good && record.outcome && matches(record.good, basis)) {
      if (isWhole(basis)) return this.#reinstate(record, record.outcome, basis);
      record.provisional = !missing;
      if (record.provisional) return;
    }
    const follows = record.cell.refresh !== null || (this.autoRun && isAuto(record));
    if (follows && isWhole(basis) && this.#pace.keeps(record, basis, this.#ledger.records)) return;
    this.#ledger.markStale(record);
    if (missing || !this.#runsByItself(record, basis)) return;
    this.#want(record, false, isAuto(record) || isPaced(record));
  }

  /**
   * Cheap cells run by themselves; after a loss of the engine only behind cells that someone has run again, lest what
   * broke it recur. Cells that someone waits for follow their inputs.
   */
  #runsByItself(record: CellRecord, basis: Basis): boolean {
    if (record.state.at !== 'stale') return false;
    const { why } = record.state.reason;
    if (record.freed === record.text || this.holdsBack(record.cell)) return false;
    const safe = why !== 'engine-restarted' || (basis.inputs?.size ?? 0) > 0;
    if (this.autoRun && isAuto(record) && safe) return true;
    const live = readsLive(record, this.#ledger.records);
    if (this.autoRun && isPaced(record) && why === 'inputs' && live) return true;
    if (why !== 'inputs' && why !== 'engine-restarted') return false;
    if (!this.#requests.includes(record.id)) return false;
    return isAuto(record) || !live;
  }

  /** What the cell holds is right after all. */
  #reinstate(record: CellRecord, outcome: Outcome, basis: WholeBasis): void {
    record.bad = null;
    if (outcome.failed) {
      const { gate } = outcome.failed;
      const { problems } = outcome;
      return this.#ledger.apply(record, { type: 'fault', problems, gate, kept: true });
    }
    const run = record.state.at === 'queued' ? record.state.run : this.#ledger.runId();
    const print = fingerprint(basis.text, basis.mark, basis.inputs);
    this.#ledger.apply(record, { type: 'restore', run, ms: record.ms, fingerprint: print });
  }

  #want(record: CellRecord, force: boolean, eager: boolean): void {
    const { want, text } = record;
    record.want = {
      run: want?.run ?? this.#ledger.runId(),
      text,
      force: force || (want?.force ?? false),
      eager: eager || (want?.eager ?? false)
    };
    if (want) return;
    const { at } = record.state;
    if (at === 'queued' || at === 'running' || at === 'live') this.#ledger.markStale(record);
    const place = [...this.#ledger.records.values()].filter((r) => r.want).length;
    this.#ledger.apply(record, { type: 'queue', run: record.want.run, place });
  }

  /** Places in the queue, counted in execution order. */
  #renumber(): void {
    let place = 0;
    for (const id of this.#ledger.graph.order) {
      const record = this.#ledger.record(id);
      if (!record.want) continue;
      this.#ledger.apply(record, { type: 'queue', run: record.want.run, place: ++place });
    }
  }

  #startIfReady(record: CellRecord, basis: WholeBasis): void {
    const { want, good, outcome, cell } = record;
    if (!want || record.ending > 0) return;
    const mayReadLive = want.eager || cell.kind?.mode === 'live';
    if (!mayReadLive && readsLive(record, this.#ledger.records)) return;
    const whole = outcome && !outcome.failed && !outcome.partial;
    if (!want.force && whole && good && matches(good, basis)) {
      record.want = null;
      return this.#reinstate(record, outcome, basis);
    }
    this.#runs.start(record, want, basis);
  }

  /**
   * The engine lost its tables. The cell that it was working on gets the problem when its run rejects; all others are
   * stale. Cells that someone waits for run again, without the culprit; if none is known, they do not, lest it recur.
   */
  #loseTables(): void {
    let culprit = false;
    for (const record of this.#ledger.records.values()) {
      this.#ledger.forget(record);
      record.want = null;
      record.lost = record.text;
      if (record.state.at === 'cancelled') record.bad = null;
      if (record.active?.lane === 'data') culprit = true;
      else this.#runs.giveUp(record);
    }
    this.#requests.revise((cells) =>
      culprit ? [...cells, ...plan(this.#ledger.graph, cells, () => false)] : []
    );
    this.#reconcile();
  }

  #idleBasis(record: CellRecord): WholeBasis | null {
    if (record.active || record.want || record.cell.status !== 'ready') return null;
    const basis = this.#ledger.basis(record);
    return isWhole(basis) ? basis : null;
  }
}
