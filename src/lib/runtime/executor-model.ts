import type { Graph, GraphCell } from '#lib/notebook/graph-model.ts';
import type { LiveUpdate, Outcome } from './engine.ts';
import type { CellState } from './states.ts';

/** What the executor tells whoever shows the notebook. Called synchronously, in order. */
export interface ExecutorEvents {
  onState(cell: string, state: CellState): void;
  /** A published outcome (also one restored from the cache); null when the cell's relations are gone. */
  onOutcome(cell: string, outcome: Outcome | null): void;
  onLive(cell: string, update: LiveUpdate): void;
  /** What the view may show until the run ends. */
  onPreview(cell: string, preview: unknown): void;
}

/** Runs the cells of a graph on an engine. It knows nothing of Svelte or of the page. */
export interface ExecutorApi {
  /** After every edit. Cells whose fingerprint changed become stale with a reason; removed cells lose their relations; auto cells run by themselves when `autoRun` is on. */
  update(graph: Graph): void;
  /** Restores what the cache holds for the current fingerprints; call once after the first update. */
  restore(): Promise<void>;
  /** Runs these cells and whatever they need that is not done. `force` reruns them even if nothing changed. Resolves when all have settled. */
  run(cells: readonly string[], options?: { force?: boolean }): Promise<void>;
  /** Every ready cell, costly and manual ones included. */
  runAll(): Promise<void>;
  runStale(): Promise<void>;
  /** Stops one cell, or everything. */
  cancel(cell?: string): void;
  /** Holds a cell that computes at its next checkpoint, or lets it go on. */
  pause(cell: string, paused: boolean): void;
  /** Has a run end with what is done, where its kind can (`endsEarly`). */
  endEarly(cell: string): void;
  /** Takes the tables of a cell out of the engine. It is stale then, and runs when it is asked to. */
  free(cell: string): Promise<void>;
  state(cell: string): CellState;
  /** Cells read a source's files: tell it when they change. */
  filesChanged(): Promise<void>;
  autoRun: boolean;
  /** Whether a cell, cheap as it is to ask, must not run by itself: a load that would fill the engine. */
  holdsBack: (cell: GraphCell) => boolean;
  dispose(): void;
}
