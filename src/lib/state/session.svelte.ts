import { defined } from '#lib/base/assert.ts';
import type { Problem, Scalar } from '#lib/base/problem.ts';
import { kinds } from '#lib/cells/registry.ts';
import { buildGraph } from '#lib/notebook/graph.ts';
import type { Graph, GraphCell } from '#lib/notebook/graph-model.ts';
import type { Block, Notebook } from '#lib/notebook/model.ts';
import { parse } from '#lib/notebook/parse.ts';
import { print } from '#lib/notebook/print.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import type { Engine, GrowingSource } from '#lib/runtime/engine.ts';
import type { ExecutorApi, ExecutorEvents } from '#lib/runtime/executor-model.ts';
import type { Snapshots } from '#lib/storage/snapshots.ts';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { Adjustments } from './adjustments.ts';
import { CellHandle } from './cell.svelte.ts';
import { Edits } from './edits.ts';
import { EngineHost } from './engine-host.svelte.ts';
import { Files } from './files.svelte.ts';
import { Loads } from './loads.svelte.ts';
import { mirrored } from './mirrored.ts';
import { OpenText } from './open-text.svelte.ts';
import { Results } from './results.svelte.ts';
import { withholdRequests, withholdScripts } from './withhold.ts';

/** After the last key stroke, the graph is rebuilt and cheap cells run. */
export const typingPause = 400;

export interface SessionOptions {
  /** Names the notebook to the engine and to storage. */
  readonly id: string;
  readonly text: string;
  /** Whether script cells may run. */
  readonly scripts: boolean;
  /** Whether cells may talk to the network; default not. */
  readonly network?: boolean;
  readonly readOnly?: boolean;
  readonly snapshots?: Snapshots;
  /** Values of param cells that stand in for those in the text, as the command line gives them. */
  readonly params?: Readonly<Record<string, Scalar>>;
  createEngine(): Engine | Promise<Engine>;
  createExecutor(engine: Engine, events: ExecutorEvents): ExecutorApi;
  /** Told of every change of the text, at once. */
  onText?(text: string): void;
  /** Told when a cell settles, so that its result can be kept for the next visit. */
  onSettled?(): void;
  /** Told when the engine lost its tables and came back. */
  onRestart?(problem: Problem): void;
}

/** A block that was deleted: its text, for the bin. */
export interface Binned {
  readonly raw: string;
  readonly name: string;
  readonly index: number;
}

/**
 * One open notebook: its text, its graph, what runs and what came of it. Commands are methods; each change of the
 * text is one undo step. It knows the engine and the executor only by their interfaces, and nothing of the page.
 */
export class Session {
  readonly id: string;
  readonly engine: EngineHost;
  readonly results: Results;
  readonly files: Files;
  readonly loads: Loads;
  readonly edit: Edits;
  readonly adjustments: Adjustments;
  readonly #options: SessionOptions;
  readonly #text: OpenText;
  /**
   * Made when a block comes and not on demand: values derived in the middle of a component's effect would end with that
   * effect. Those of blocks that are gone stay until the session ends, since undo may bring them back.
   */
  readonly #handles = new Map<string, CellHandle>();

  /** Cells by key, so that a key stroke concerns only the block it changes. */
  readonly #nodes = new SvelteMap<string, GraphCell>();
  #graph = $state.raw<Graph>(buildGraph(parse(''), kinds));
  #params = $state.raw<Readonly<Record<string, Scalar>>>({});
  scripts = $state(false);
  network = $state(false);
  readOnly = $state(false);
  /** Live cells that this tab shows as another one runs them; null while it runs its own. */
  mirrors = $state.raw<ReadonlySet<string> | null>(null);
  bin = $state.raw<readonly Binned[]>([]);
  /** Keys of cells whose text is newer than the graph. */
  readonly #typed = new SvelteSet<string>();

  #executor: ExecutorApi | null = null;
  #adding: Promise<unknown> = Promise.resolve();
  #connections: readonly Connection[] = [];
  /** Files of the notebook as streams may follow them: by handle where there is one, else as they were when given. */
  readonly #growing = new Map<string, GrowingSource>();
  #autoRun = true;
  /** The kept results are in place: from now on cells may run by themselves. */
  #restored = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.scripts = options.scripts;
    this.network = options.network ?? false;
    this.readOnly = options.readOnly ?? false;
    this.#params = options.params ?? {};
    this.engine = new EngineHost(() => options.createEngine());
    this.results = new Results(
      () => this.engine.engine,
      options.snapshots ?? {},
      (cell, state) => {
        if (state.at !== 'done') return;
        options.onSettled?.();
        this.adjustments.consider(cell);
      }
    );
    this.files = new Files(() => this.engine.engine);
    this.loads = new Loads(this.files);
    this.edit = new Edits(this);
    this.adjustments = new Adjustments(this, {
      params: () => this.#params,
      setParam: (name, value) => this.setParam(name, value),
      mayAct: () => this.#restored && this.#autoRun && !this.readOnly
    });
    this.#text = new OpenText(options.text, (key) => {
      if (!this.#handles.has(key)) this.#handles.set(key, new CellHandle(this, key));
    });
    this.#link(this.#build());
  }

  get notebook(): Notebook {
    return this.#text.notebook;
  }

  get blocks(): readonly Block[] {
    return this.notebook.blocks;
  }

  /** Identities of the blocks, in their order. */
  get keys(): readonly string[] {
    return this.#text.keys;
  }

  get text(): string {
    return print(this.notebook);
  }

  get title(): string {
    return this.notebook.meta.title;
  }

  get graph(): Graph {
    return this.#graph;
  }

  get undoLabel(): string | null {
    return this.#text.undoLabel;
  }

  get redoLabel(): string | null {
    return this.#text.redoLabel;
  }

  /** Script cells that wait for the reader's leave. */
  get withheldScripts(): number {
    return this.#withheld('trust.script');
  }

  /** Cells that would talk to the network and wait for the reader's leave. */
  get withheldRequests(): number {
    return this.#withheld('trust.network');
  }

  #withheld(code: string): number {
    return this.#graph.cells.filter((c) => c.problems.some((p) => p.code === code)).length;
  }

  indexOf(key: string): number {
    return this.#text.indexOf(key);
  }

  blockOf(key: string): Block | undefined {
    return this.#text.blockOf(key);
  }

  graphCellOf(key: string): GraphCell | undefined {
    return this.#nodes.get(key);
  }

  /** The key of the block that holds a cell, by its id. */
  keyOf(cell: string): string | undefined {
    const block = this.#graph.byId.get(cell)?.block;
    return block === undefined ? undefined : this.keys[block];
  }

  /** The view model of a cell; the same object as long as the cell stands. */
  handle(key: string): CellHandle {
    return defined(this.#handles.get(key), `the handle of ${key}`);
  }

  isTyped(key: string): boolean {
    return this.#typed.has(key);
  }

  /** Cells that Run stale would run, costly and manual ones included. */
  readonly stale: readonly string[] = $derived.by(() =>
    this.#graph.order.filter((id) => {
      const { at } = this.results.state(id);
      return at === 'stale' || at === 'cancelled';
    })
  );

  /** Whether anything is queued, running or live. */
  readonly busy: boolean = $derived.by(() =>
    [...this.results.states.values()].some(
      ({ at }) => at === 'running' || at === 'queued' || at === 'live'
    )
  );

  /** Starts the engine and confirms the kept results; later calls share the first. */
  start(): Promise<void> {
    return this.engine.start((engine) => this.#attach(engine));
  }

  async #attach(engine: Engine): Promise<void> {
    engine.onRestart((trouble) => this.#options.onRestart?.(trouble));
    await engine.setConnections(this.#connections);
    await engine.setGrowingFiles([...this.#growing.values()]);
    const executor = this.#options.createExecutor(engine, this.results);
    this.#executor = executor;
    executor.autoRun = false;
    executor.holdsBack = (cell) =>
      this.loads.holdsBack(cell) || (this.mirrors !== null && cell.kind?.mode === 'live');
    executor.update(this.#graph);
    await executor.restore();
    if (this.engine.isDisposed) return;
    this.#restored = true;
    this.setAutoRun(this.#autoRun);
  }

  /** Puts a new notebook in the place of the old one, as one undo step. With `typing`, cells follow after a pause. */
  commit(next: Notebook, label: string, options: { tag?: string; typing?: string } = {}): void {
    if (next === this.notebook || this.readOnly) return;
    this.#text.change(next, label, options.tag ?? null);
    this.#options.onText?.(this.text);
    if (options.typing === undefined) return this.refresh();
    this.#typed.add(options.typing);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), typingPause);
  }

  undo(): string | null {
    return this.#travel(() => this.#text.undo());
  }

  redo(): string | null {
    return this.#travel(() => this.#text.redo());
  }

  /** The graph of the text as it stands; what is cheap and changed then runs. */
  refresh(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#typed.clear();
    this.#link(this.#build());
    const alive = new Set(this.#graph.cells.map((c) => c.id));
    this.#executor?.update(this.#graph);
    this.results.keepOnly(alive);
  }

  /** Runs cells and what they need; starts the engine if nothing has yet. */
  async run(cells: readonly string[], options: { force?: boolean } = {}): Promise<void> {
    await (await this.#ready())?.run(cells, options);
  }

  async runAll(): Promise<void> {
    await (await this.#ready())?.runAll();
  }

  async runStale(): Promise<void> {
    await (await this.#ready())?.runStale();
  }

  /** Takes the tables of a cell out of memory. */
  async free(cell: string): Promise<void> {
    await this.#executor?.free(cell);
  }

  /** Holds a running cell, or lets it go on. */
  pause(cell: string, paused: boolean): void {
    this.#executor?.pause(cell, paused);
  }

  cancel(cell?: string): void {
    this.#executor?.cancel(cell);
  }

  /** Has a run end with what is done. */
  endEarly(cell: string): void {
    this.#executor?.endEarly(cell);
  }

  /** Whether cheap cells run by themselves after an edit. */
  setAutoRun(on: boolean): void {
    this.#autoRun = on;
    if (!this.#restored || !this.#executor) return;
    this.#executor.autoRun = on && (!this.readOnly || this.mirrors !== null);
    this.#executor.update(this.#graph);
  }

  /** Shows live cells of another tab, also those shown before, from the present on. */
  async mirror(cells: readonly string[]): Promise<void> {
    if (cells.some((id) => !this.mirrors?.has(id))) {
      this.mirrors = new Set([...(this.mirrors ?? []), ...cells]);
      this.refresh();
    }
    await this.run(cells, { force: true });
  }

  /** Takes over the text of the tab that leads. */
  adopt(text: string): void {
    if (!this.readOnly || text === this.text) return;
    this.#text.change(parse(text), '', null);
    this.refresh();
  }

  /** Lets this notebook's script cells run. */
  allowScripts(): void {
    this.scripts = true;
    this.refresh();
  }

  /** Lets this notebook's cells talk to the addresses and connections they name. */
  allowNetwork(): void {
    this.network = true;
    this.refresh();
  }

  /** The engines elsewhere that sources may ask; cells that ask one which changed become stale. */
  async setConnections(connections: readonly Connection[]): Promise<void> {
    this.#connections = connections;
    if (!this.#executor) return;
    await (await this.engine.engine).setConnections(connections);
    await this.#executor.filesChanged();
  }

  /** Stands in for the value of a param cell without changing the text. */
  setParam(name: string, value: Scalar): void {
    this.#params = { ...this.#params, [name]: value };
    this.refresh();
  }

  /** Gives files to the engine, which starts for them; source cells that wanted them become stale. */
  addFiles(files: readonly File[]): Promise<void> {
    const adding = (async () => {
      await this.start();
      await this.files.add(files);
      await this.followFiles(files);
      this.loads.limit = (await this.engine.memory().catch(() => null))?.limit ?? 0;
      await this.#executor?.filesChanged();
    })();
    this.#adding = Promise.allSettled([this.#adding, adding]);
    return adding;
  }

  /** Lets streams follow files as they grow. */
  async followFiles(files: readonly GrowingSource[]): Promise<void> {
    for (const file of files) this.#growing.set(file.name, file);
    if (!this.#executor) return;
    await (await this.engine.engine).setGrowingFiles([...this.#growing.values()]);
  }

  /** Resolves when the engine has started and every file given so far has arrived. */
  async settled(): Promise<void> {
    await this.start();
    await this.#adding;
  }

  async removeFile(name: string): Promise<void> {
    await this.files.remove(name);
    this.#growing.delete(name);
    await this.#executor?.filesChanged();
  }

  /** Puts a deleted block aside. */
  throwAway(block: Binned): void {
    if (!this.readOnly) this.bin = [block, ...this.bin].slice(0, 50);
  }

  /** Takes the block deleted last out of the bin. */
  takeBack(): Binned | undefined {
    const [last, ...rest] = this.bin;
    this.bin = rest;
    return last;
  }

  /** Lets go of the engine for good: another tab has the notebook now. What is shown stays. */
  retire(): void {
    this.readOnly = true;
    this.dispose();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#executor?.dispose();
    this.engine.dispose();
  }

  /** The executor with the text as it stands; null when the engine failed, which the page says. */
  async #ready(): Promise<ExecutorApi | null> {
    await this.start();
    if (this.#timer !== null) this.refresh();
    return this.#executor;
  }

  #build(): Graph {
    const graph = buildGraph(this.notebook, kinds, { params: this.#params });
    const safe = this.scripts ? graph : withholdScripts(graph);
    const allowed = this.network ? safe : withholdRequests(safe);
    return this.mirrors ? mirrored(allowed, graph, this.mirrors) : allowed;
  }

  #link(graph: Graph): void {
    this.#graph = graph;
    const keys = new Set<string>();
    for (const cell of graph.cells) {
      const key = this.keys[cell.block];
      if (key === undefined) continue;
      keys.add(key);
      this.#nodes.set(key, cell);
    }
    for (const key of this.#nodes.keys()) if (!keys.has(key)) this.#nodes.delete(key);
  }

  #travel(step: () => string | null): string | null {
    const label = this.readOnly ? null : step();
    if (label === null) return null;
    this.#options.onText?.(this.text);
    this.refresh();
    return label;
  }
}
