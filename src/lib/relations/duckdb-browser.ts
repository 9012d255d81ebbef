import { AsyncDuckDB, DuckDBDataProtocol, VoidLogger } from '@duckdb/duckdb-wasm';
import workerUrl from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import wasmUrl from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import { fail } from '#lib/problems/index.ts';
import { DuckDbRelations } from './duckdb.ts';

/** Starts the engine that holds the relations of a notebook. */
export async function openDuckDb(): Promise<DuckDbRelations> {
  try {
    const { db, worker } = await startDuckDb();
    const relations = await DuckDbRelations.open(db);
    worker.addEventListener('error', (event) => relations.lose(event.message));
    return relations;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw fail('engine.not-started', { detail });
  }
}

/** Opens a database file, read-only, in an engine of its own that ends when it is closed. */
export async function openDuckDbFile(blob: Blob): Promise<DuckDbRelations> {
  const { db } = await startDuckDb();
  try {
    const file = 'given.duckdb';
    await db.registerFileHandle(file, blob, DuckDBDataProtocol.BROWSER_FILEREADER, true);
    return await DuckDbRelations.open(db, { file });
  } catch (error) {
    await db.terminate();
    throw error;
  }
}

/**
 * Starts DuckDB-WASM in a worker of its own. The worker begins as a blob that imports DuckDB's script: such a worker
 * inherits the page's content security policy, which one loaded from the network would not.
 */
async function startDuckDb(): Promise<{ db: AsyncDuckDB; worker: Worker }> {
  const script = `importScripts(${JSON.stringify(absolute(workerUrl))});`;
  const blob = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(blob);
  const db = new AsyncDuckDB(new VoidLogger(), worker);
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(event.message)), { once: true });
  });
  await Promise.race([db.instantiate(absolute(wasmUrl)), died]);
  URL.revokeObjectURL(blob);
  return { db, worker };
}

function absolute(url: string): string {
  return new URL(url, import.meta.url).href;
}
