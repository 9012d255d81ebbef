import type { Asked, Told } from './messages.ts';
import { Publication, type PublishedTables } from './publication.ts';

/** The live cells of this tab, for the tabs that mirror them: the last run of each, also after its end. */
export class Publisher {
  readonly #channel: BroadcastChannel;
  readonly #publications = new Map<string, Publication>();

  constructor(channel: BroadcastChannel) {
    this.#channel = channel;
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isAsked(data)) this.#hear(data);
    };
  }

  /** A new run of a cell. */
  open(cell: string, tables: PublishedTables): Publication {
    const name = cell.toLowerCase();
    const publication = new Publication(name, tables, (told) => this.#tell(told));
    this.#publications.set(name, publication);
    return publication;
  }

  #hear(asked: Asked): void {
    const { cell, by } = asked;
    const publication = this.#publications.get(cell);
    if (asked.ask === 'more') publication?.taken(by, asked.size);
    else if (asked.ask === 'nothing') publication?.leave(by);
    else if (!publication) this.#tell({ tell: 'absent', cell, run: '', to: by });
    // Nobody can be told any more.
    else publication.join(by).catch(() => publication.leave(by));
  }

  #tell(told: Told): void {
    this.#channel.postMessage(told);
  }
}

function isAsked(data: unknown): data is Asked {
  return typeof data === 'object' && data !== null && 'ask' in data;
}
