import type { GraphCell } from '#lib/notebook/graph-model.ts';
import {
  estimateLoad,
  isLarge,
  isTooLarge,
  type FileLook,
  type LoadEstimate,
  type LoadWish
} from '#lib/runtime/file-look.ts';
import type { Files } from './files.svelte.ts';

/** What loading the files of a source cell will take. */
export interface Forecast {
  readonly estimate: LoadEstimate;
  readonly looks: readonly FileLook[];
  readonly wish: LoadWish;
  /** The engine's memory. */
  readonly limit: number;
  /** It would fill the engine. */
  readonly tooLarge: boolean;
}

/** Foretells what source cells will take to load, from a look at their files and from what their text asks of them. */
export class Loads {
  /** Bytes that the engine may use; 0 until it is there. */
  limit = $state(0);
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
  }

  /** The forecast for a source cell with large files; null for all others. */
  of(cell: GraphCell | undefined): Forecast | null {
    if (cell?.kindName !== 'source' || !cell.cell) return null;
    const { file, ...rest } = cell.cell.config as { file?: unknown } & Record<string, unknown>;
    if (typeof file !== 'string') return null;
    const looks = this.#files.looksOf(file);
    if (!looks || looks.length === 0) return null;
    const wish = wishOf(rest);
    const estimate = estimateLoad(looks, wish);
    if (!estimate || !isLarge(estimate, this.limit)) return null;
    const { limit } = this;
    return { estimate, looks, wish, limit, tooLarge: isTooLarge(estimate, limit) };
  }

  /** Whether a load must wait for the reader's word. */
  holdsBack(cell: GraphCell): boolean {
    return this.of(cell)?.tooLarge ?? false;
  }
}

function wishOf(config: Record<string, unknown>): LoadWish {
  const { only, filter, sample } = config;
  return {
    ...(Array.isArray(only) ? { only: only.filter((name) => typeof name === 'string') } : {}),
    ...(typeof sample === 'number' ? { sample } : {}),
    ...(typeof filter === 'string' && filter !== '' ? { filter } : {})
  };
}
