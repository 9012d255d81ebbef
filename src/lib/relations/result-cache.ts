import type { Columns } from '#lib/base/columns.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import type { Outcome } from '#lib/runtime/engine.ts';
import { columnsFromIpc, ipcFromColumns } from './arrow.ts';
import { fromJson, toJson } from './plain-json.ts';
import type { FolderStore } from '#lib/base/folder-store.ts';

const version = 1;
const capacity = 512 << 20;

/** What is known of a kept result before any of its tables is read. */
export interface Kept {
  readonly outcome: Outcome;
  readonly tables: readonly KeptTable[];
}

export interface KeptTable {
  readonly info: RelationInfo;
  /** The first rows. */
  readonly preview: Columns;
  /** The whole table as an Arrow stream. */
  read(): Promise<Uint8Array>;
}

/** A table to keep. */
export interface TableToKeep {
  readonly info: RelationInfo;
  readonly preview: Columns;
  /** An Arrow stream in pieces. */
  readonly content: AsyncIterable<Uint8Array>;
}

interface Meta {
  readonly version: number;
  readonly outcome: Outcome;
  /** Bytes of every file that belongs to the result. */
  readonly sizes: Readonly<Record<string, number>>;
}

/**
 * Results of cells by fingerprint, in a folder each: tables as gzipped Arrow streams, their first rows, and `meta.json`
 * written last, so that a result without it or with files of other sizes counts as absent. The least recently used
 * results go when the whole passes 512 MB.
 */
export class ResultCache {
  readonly #store: FolderStore;
  readonly #capacity: number;

  constructor(store: FolderStore, limit = capacity) {
    this.#store = store;
    this.#capacity = limit;
  }

  async keep(fingerprint: string, outcome: Outcome, tables: readonly TableToKeep[]): Promise<void> {
    const folder = folderOf(fingerprint);
    await this.#forget(folder);
    for (const [i, { preview, content }] of tables.entries()) {
      await this.#store.write(
        `${folder}/preview${i}`,
        new Blob([ipcFromColumns(preview) as Uint8Array<ArrayBuffer>])
      );
      await this.#store.write(`${folder}/table${i}`, packed(content));
    }
    const sizes: Record<string, number> = {};
    if (tables.length > 0) {
      for (const file of await this.#store.files(folder)) sizes[file.name] = file.size;
    }
    const meta: Meta = { version, outcome, sizes };
    await this.#store.write(`${folder}/meta.json`, new Blob([toJson(meta)]));
    await this.#makeRoom(folder);
  }

  async restore(fingerprint: string): Promise<Kept | null> {
    const folder = folderOf(fingerprint);
    try {
      const file = await this.#store.read(`${folder}/meta.json`);
      if (!file) return null;
      const text = await file.text();
      const meta = fromJson(text) as Meta;
      if (meta.version !== version || !(await this.#isWhole(folder, meta))) throw new Error('torn');
      const tables = await Promise.all(
        meta.outcome.relations.map((info, i) => this.#table(folder, info, i))
      );
      await this.#store.write(`${folder}/meta.json`, new Blob([text]));
      return { outcome: meta.outcome, tables };
    } catch {
      await this.#forget(folder);
      return null;
    }
  }

  async discard(fingerprint: string): Promise<void> {
    await this.#forget(folderOf(fingerprint));
  }

  /** Bytes of everything that is kept. */
  async bytes(): Promise<number> {
    return (await this.#entries()).reduce((sum, entry) => sum + entry.bytes, 0);
  }

  async clear(): Promise<void> {
    for (const folder of await this.#store.folders()) await this.#forget(folder);
  }

  async #isWhole(folder: string, { sizes }: Meta): Promise<boolean> {
    const found = new Map((await this.#store.files(folder)).map((file) => [file.name, file.size]));
    return Object.entries(sizes).every(([name, size]) => found.get(name) === size);
  }

  async #table(folder: string, info: RelationInfo, i: number): Promise<KeptTable> {
    const file = await this.#store.read(`${folder}/preview${i}`);
    const preview = columnsFromIpc(new Uint8Array(await file!.arrayBuffer()));
    return {
      info,
      preview,
      read: async () => {
        const table = await this.#store.read(`${folder}/table${i}`);
        const stream = table!.stream().pipeThrough(new DecompressionStream('gzip'));
        return new Uint8Array(await new Response(stream).arrayBuffer());
      }
    };
  }

  async #makeRoom(fresh: string): Promise<void> {
    const entries = await this.#entries();
    let total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    for (const { folder, bytes } of entries.sort((a, b) => a.used - b.used)) {
      if (total <= this.#capacity) return;
      if (folder === fresh && bytes <= this.#capacity) continue;
      await this.#forget(folder);
      total -= bytes;
    }
  }

  async #entries() {
    return Promise.all(
      (await this.#store.folders()).map(async (folder) => {
        const files = await this.#store.files(folder).catch(() => []);
        const bytes = files.reduce((sum, file) => sum + file.size, 0);
        const used = files.find((file) => file.name === 'meta.json')?.lastModified ?? 0;
        return { folder, bytes, used };
      })
    );
  }

  async #forget(folder: string): Promise<void> {
    await this.#store.remove(folder).catch(() => undefined);
  }
}

function folderOf(fingerprint: string): string {
  return fingerprint.replace(/[^\w.-]/g, '_');
}

function packed(content: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = content[Symbol.asyncIterator]();
  const source = new ReadableStream<BufferSource>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await iterator.return?.();
    }
  });
  return source.pipeThrough(new CompressionStream('gzip'));
}
