import { defined } from '#lib/base/assert.ts';
import { nameKey } from '#lib/sql/quote.ts';
import type { ActiveRun, CellRecord, Published, Want, WholeBasis } from './cell-record.ts';
import { runCell, type Ending } from './cell-run.ts';
import type { Engine, Job, LiveUpdate } from './engine.ts';
import type { ExecutorEvents } from './executor-model.ts';
import { fingerprint } from './fingerprint.ts';
import { followsOf, isOfRun, versionOf, versionOfRun } from './inputs.ts';
import { laneOf, Lanes, needsNetwork } from './lanes.ts';
import type { Ledger } from './ledger.ts';

export interface RunsOptions {
  readonly cores: number;
  readonly now: () => number;
  readonly liveEveryMs: number;
}

/** The runs under way: starts them when their lane has room, follows them, and writes down how they end. */
export class Runs {
  readonly #engine: Engine;
  readonly #events: ExecutorEvents;
  readonly #ledger: Ledger;
  readonly #options: RunsOptions;
  readonly #lanes: Lanes;
  readonly #changed: () => void;
  #disposed = false;

  /** `changed` is called after everything that can let another cell start. */
  constructor(
    engine: Engine,
    events: ExecutorEvents,
    ledger: Ledger,
    options: RunsOptions,
    changed: () => void
  ) {
    this.#engine = engine;
    this.#events = events;
    this.#ledger = ledger;
    this.#options = options;
    this.#lanes = new Lanes(options.cores);
    this.#changed = changed;
  }

  /** Starts what was wanted, unless its lane is full. */
  start(record: CellRecord, want: Want, basis: WholeBasis): void {
    const kind = defined(record.cell.kind, `the kind of ${record.id}`);
    const cell = defined(record.cell.cell, `the parsed text of ${record.id}`);
    const network = needsNetwork(kind, cell);
    const lane = laneOf(kind.mode, network);
    if (!this.#lanes.hasRoom(lane)) return;
    const run: ActiveRun = {
      id: want.run,
      lane,
      basis,
      fingerprint: fingerprint(basis.text, basis.mark, basis.inputs),
      controller: new AbortController(),
      enough: new AbortController(),
      since: this.#options.now(),
      pausedAt: null,
      newest: null,
      pause: null
    };
    record.want = null;
    record.active = run;
    this.#lanes.enter(lane);
    // Whoever follows a stream that has run here shows it as it comes, also when its result is known.
    const follows = [...basis.inputs.values()].some((t) => t.follow && isOfRun(t.version));
    void this.#execute(record, run, !want.force && !follows, {
      run: run.id,
      cell,
      mode: kind.mode,
      needsNetwork: network,
      inputs: record.cell.reads,
      follows: followsOf(record, this.#ledger.graph, this.#ledger.records),
      outputs: record.cell.outputs,
      seed: this.#ledger.graph.seed,
      now: run.since,
      fingerprint: run.fingerprint
    });
  }

  /** Stops a run whose result nobody wants any more. Its lane stays taken until the engine has let go. */
  giveUp(record: CellRecord): void {
    const run = record.active;
    if (!run) return;
    record.active = null;
    record.ending++;
    if (run.pause !== null) clearTimeout(run.pause);
    if (record.published?.version === versionOfRun(run.id)) record.published = null;
    run.controller.abort();
  }

  /** Holds a compute run at its next checkpoint, or lets it go on; the time between does not count as its own. */
  pause(record: CellRecord, paused: boolean): void {
    const run = record.active;
    if (!run || record.state.at !== 'running' || record.cell.kind?.mode !== 'compute') return;
    if (paused === (run.pausedAt !== null)) return;
    const now = this.#options.now();
    run.since = now - this.#spent(run);
    run.pausedAt = paused ? now : null;
    this.#engine.pause(run.id, paused);
    this.#ledger.apply(record, { type: paused ? 'pause' : 'resume', run: run.id, now });
  }

  dispose(): void {
    this.#disposed = true;
    for (const { active } of this.#ledger.records.values()) {
      if (!active) continue;
      if (active.pause !== null) clearTimeout(active.pause);
      active.controller.abort();
    }
  }

  async #execute(record: CellRecord, run: ActiveRun, useKept: boolean, job: Job): Promise<void> {
    const isCurrent = () => record.active === run && !this.#disposed;
    await this.#ledger.dropped;
    const ending = await runCell(this.#engine, run, job, {
      cell: record.id,
      useKept,
      onStart: () => {
        if (isCurrent()) this.#begin(record, run, job);
      },
      onProgress: (progress) => {
        if (isCurrent()) this.#ledger.apply(record, { type: 'progress', run: run.id, progress });
      },
      onLive: (update) => {
        if (isCurrent()) this.#advance(record, run, update);
      },
      onPreview: (preview) => {
        if (isCurrent()) this.#events.onPreview(record.id, preview);
      }
    });
    if (run.pause !== null) clearTimeout(run.pause);
    this.#lanes.leave(run.lane);
    if (this.#disposed) return;
    const current = record.active === run;
    if (current) record.active = null;
    else record.ending--;
    if (ending.at === 'outcome') this.#finish(record, run, job, ending, current);
    else if (current) this.#break(record, run, job, ending);
    this.#changed();
  }

  /** How long a run has been under way, without its pauses. */
  #spent({ since, pausedAt }: ActiveRun): number {
    return (pausedAt ?? this.#options.now()) - since;
  }

  #begin(record: CellRecord, run: ActiveRun, job: Job): void {
    run.since = this.#options.now();
    this.#ledger.apply(record, { type: 'start', run: run.id, since: run.since });
    if (job.mode !== 'live') return;
    record.good = null;
    this.#ledger.apply(record, { type: 'live', run: run.id, revision: 0 });
    this.#show(record, run);
  }

  #advance(record: CellRecord, run: ActiveRun, update: LiveUpdate): void {
    run.newest = update;
    this.#ledger.apply(record, { type: 'live', run: run.id, revision: update.revision });
    this.#events.onLive(record.id, update);
    if (run.pause === null) this.#show(record, run);
  }

  /** Lets readers see the newest revision, and after the pause the one that is newest then. */
  #show(record: CellRecord, run: ActiveRun): void {
    record.published = liveTables(run);
    const shown = run.newest;
    if (shown) {
      run.pause = setTimeout(() => {
        run.pause = null;
        if (record.active === run && run.newest !== shown) this.#show(record, run);
      }, this.#options.liveEveryMs);
    }
    this.#changed();
  }

  /** A run that was given up but ended well has changed the tables all the same, so its outcome is taken as what stands there. */
  #finish(
    record: CellRecord,
    run: ActiveRun,
    job: Job,
    { outcome, restored }: Ending & { at: 'outcome' },
    current: boolean
  ): void {
    const ledger = this.#ledger;
    if (ledger.records.get(record.id) !== record || record.cell.status === 'off') {
      return ledger.drop(outcome.relations.map((r) => r.name));
    }
    const ms = restored ? 0 : this.#spent(run);
    const isLive = job.mode === 'live' && !restored;
    const version = isLive ? versionOfRun(run.id) : versionOf(run.basis, outcome.hash);
    record.ms = ms;
    record.began = restored ? 0 : run.since;
    ledger.publish(record, run.basis, outcome, { fingerprint: run.fingerprint, version });
    if (!restored && !outcome.partial) {
      void this.#engine.keep(run.fingerprint, record.id, outcome).catch(() => undefined);
    }
    if (!current) return;
    record.bad = null;
    const ended = { run: run.id, ms, fingerprint: run.fingerprint };
    if (outcome.failed) {
      const { problems } = outcome;
      const failure = { problems, gate: outcome.failed.gate, kept: true };
      ledger.apply(
        record,
        restored ? { type: 'fault', ...failure } : { type: 'fail', run: run.id, ...failure }
      );
    } else ledger.apply(record, { type: restored ? 'restore' : 'finish', ...ended });
  }

  #break(
    record: CellRecord,
    run: ActiveRun,
    job: Job,
    ending: Exclude<Ending, { at: 'outcome' }>
  ): void {
    const isLive = job.mode === 'live';
    record.bad = run.basis;
    record.lost = null;
    if (ending.at === 'cancelled') {
      if (isLive) record.published = run.newest ? liveTables(run) : null;
      const ms = record.state.at === 'queued' ? 0 : this.#spent(run);
      return this.#ledger.apply(record, { type: 'cancel', run: run.id, ms });
    }
    if (isLive) record.published = null;
    const kept = isLive ? run.newest !== null : record.outcome !== null;
    const problems = [ending.problem];
    this.#ledger.apply(record, { type: 'fail', run: run.id, problems, gate: false, kept });
  }
}

function liveTables(run: ActiveRun): Published {
  return {
    key: `live:${run.id}:${run.newest?.revision ?? 0}`,
    version: versionOfRun(run.id),
    followKey: `fp:${run.fingerprint}`,
    live: true,
    relations: new Set((run.newest?.relations ?? []).map((r) => nameKey(r.name)))
  };
}
