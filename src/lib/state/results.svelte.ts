import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Columns } from '#lib/base/columns.ts';
import type { TableProfile } from '#lib/base/table-profile.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import type { ViewData } from '#lib/cells/core/view.ts';
import type { Engine, LiveUpdate, Outcome } from '#lib/runtime/engine.ts';
import type { ExecutorEvents } from '#lib/runtime/executor-model.ts';
import type { CellState } from '#lib/runtime/states.ts';
import type { Snapshots } from '#lib/storage/snapshots.ts';

const neverRun: CellState = { at: 'stale', reason: { why: 'never-run' } };
const keptRows = 2000;
const keptAnswers = 24;

/**
 * What is happening and what came of it, by cell id: states, outcomes, live updates, and the rows that views
 * asked for. Starts from the results of the last visit, which count as unconfirmed until the executor says
 * that they still hold.
 */
export class Results implements ExecutorEvents {
  readonly states = new SvelteMap<string, CellState>();
  readonly outcomes = new SvelteMap<string, Outcome>();
  readonly live = new SvelteMap<string, LiveUpdate>();
  /** What runs under way have shown of their results; kept until the view has the result itself. */
  readonly previews = new SvelteMap<string, unknown>();
  readonly revisions = new SvelteMap<string, number>();
  readonly unconfirmed = new SvelteSet<string>();
  readonly #restored = new Set<string>();
  readonly #ms = new Map<string, number>();
  readonly #answers = new Map<string, Map<string, Columns>>();
  readonly #profiles = new Map<string, Map<string, TableProfile>>();
  readonly #data = new Map<string, ViewData>();
  readonly #engine: () => Promise<Engine>;
  readonly #changed: (cell: string, state: CellState) => void;

  constructor(
    engine: () => Promise<Engine>,
    snapshots: Snapshots,
    changed: (cell: string, state: CellState) => void
  ) {
    this.#engine = engine;
    this.#changed = changed;
    for (const [cell, { outcome, answers, profiles, ms }] of Object.entries(snapshots)) {
      if (ms !== null) this.#ms.set(cell, ms);
      this.outcomes.set(cell, outcome);
      this.unconfirmed.add(cell);
      this.#answers.set(cell, new Map(Object.entries(answers)));
      if (profiles) this.#profiles.set(cell, new Map(Object.entries(profiles)));
    }
  }

  state(cell: string): CellState {
    return this.states.get(cell) ?? neverRun;
  }

  revision(cell: string): number {
    return (this.revisions.get(cell) ?? 0) + (this.live.get(cell)?.revision ?? 0);
  }

  onState(cell: string, state: CellState): void {
    if (state.at === 'running') this.live.delete(cell);
    if (state.at !== 'running' && state.at !== 'done') this.previews.delete(cell);
    if (state.at === 'done') {
      this.unconfirmed.delete(cell);
      if (!this.#restored.has(cell)) this.#ms.set(cell, state.ms);
    }
    this.states.set(cell, state);
    this.#changed(cell, state);
  }

  /** How long the last good run of a cell took; null where that was in another browser or is forgotten. */
  lastMs(cell: string): number | null {
    return this.#ms.get(cell) ?? null;
  }

  onOutcome(cell: string, outcome: Outcome | null): void {
    this.live.delete(cell);
    if (outcome === null) {
      this.outcomes.delete(cell);
      this.unconfirmed.delete(cell);
      this.#forgetRows(cell);
      return;
    }
    const { at } = this.state(cell);
    const restored = at !== 'running' && at !== 'live';
    if (restored) this.#restored.add(cell);
    else this.#restored.delete(cell);
    const confirms =
      this.unconfirmed.has(cell) && restored && this.outcomes.get(cell)?.hash === outcome.hash;
    this.unconfirmed.delete(cell);
    if (!confirms) this.#renew(cell);
    this.outcomes.set(cell, outcome);
  }

  /** Whether what a cell shows came from the cache of an earlier run. */
  isRestored(cell: string): boolean {
    return this.#restored.has(cell);
  }

  onPreview(cell: string, preview: unknown): void {
    this.previews.set(cell, preview);
  }

  onLive(cell: string, update: LiveUpdate): void {
    this.#forgetRows(cell);
    this.live.set(cell, update);
  }

  /** Forgets cells that the notebook no longer has. */
  keepOnly(cells: ReadonlySet<string>): void {
    for (const map of [this.states, this.outcomes, this.live, this.previews, this.revisions]) {
      for (const cell of map.keys()) if (!cells.has(cell)) map.delete(cell);
    }
    for (const map of [this.#answers, this.#profiles]) {
      for (const cell of map.keys()) if (!cells.has(cell)) map.delete(cell);
    }
    for (const cell of this.#data.keys()) if (!cells.has(cell)) this.#data.delete(cell);
  }

  /** The tables a cell shows now: of its live run, else of its last outcome. */
  relationsOf(cell: string): readonly RelationInfo[] {
    return this.live.get(cell)?.relations ?? this.outcomes.get(cell)?.relations ?? [];
  }

  /** Every relation of the notebook that exists, by its name in lower case. */
  relations(): ReadonlyMap<string, RelationInfo> {
    const all = new Map<string, RelationInfo>();
    for (const cell of [...this.outcomes.keys(), ...this.live.keys()]) {
      for (const relation of this.relationsOf(cell)) all.set(relation.name.toLowerCase(), relation);
    }
    return all;
  }

  /** How the view of `cell` reads rows; the same object each time. */
  dataOf(cell: string): ViewData {
    let data = this.#data.get(cell);
    if (!data) {
      data = {
        page: (request, signal) =>
          this.#ask(cell, `page ${JSON.stringify(request)}`, (engine) =>
            engine.page(request, signal)
          ),
        query: (sql, limit, signal) =>
          this.#ask(cell, `query ${limit} ${sql}`, (engine) => engine.query(sql, limit, signal)),
        profile: (relation, signal) => this.#profile(cell, relation, signal),
        fields: (name) => this.relations().get(name.toLowerCase())
      };
      this.#data.set(cell, data);
    }
    return data;
  }

  /** What the next visit paints first: results that hold, or have not been looked at yet, with the rows their views asked for. */
  snapshots(): Snapshots {
    const cells: [string, Snapshots[string]][] = [];
    for (const [cell, outcome] of this.outcomes) {
      if (this.states.get(cell)?.at !== 'done' && !this.unconfirmed.has(cell)) continue;
      const answers = Object.fromEntries(this.#answers.get(cell) ?? []);
      const ms = this.#ms.get(cell) ?? null;
      const profiles = Object.fromEntries(this.#profiles.get(cell) ?? []);
      cells.push([cell, { outcome, ms, answers, profiles }]);
    }
    return Object.fromEntries(cells);
  }

  #renew(cell: string): void {
    this.#forgetRows(cell);
    this.revisions.set(cell, (this.revisions.get(cell) ?? 0) + 1);
  }

  #forgetRows(cell: string): void {
    this.#answers.delete(cell);
    this.#profiles.delete(cell);
  }

  async #profile(cell: string, relation: string, signal?: AbortSignal): Promise<TableProfile> {
    const kept = this.#profiles.get(cell)?.get(relation);
    if (kept) return kept;
    const asked = this.revision(cell);
    const profile = await (await this.#engine()).profile(relation, signal);
    if (asked === this.revision(cell) && !this.live.has(cell)) {
      let profiles = this.#profiles.get(cell);
      if (!profiles) this.#profiles.set(cell, (profiles = new Map<string, TableProfile>()));
      profiles.set(relation, profile);
    }
    return profile;
  }

  async #ask(cell: string, key: string, ask: (engine: Engine) => Promise<Columns>) {
    const kept = this.#answers.get(cell)?.get(key);
    if (kept) return kept;
    const asked = this.revision(cell);
    const answer = await ask(await this.#engine());
    if (answer.length <= keptRows && asked === this.revision(cell) && !this.live.has(cell)) {
      let answers = this.#answers.get(cell);
      if (!answers) this.#answers.set(cell, (answers = new Map<string, Columns>()));
      if (answers.size >= keptAnswers) answers.delete(answers.keys().next().value!);
      answers.set(key, answer);
    }
    return answer;
  }
}
