import { AsyncDuckDB, VoidLogger } from '@duckdb/duckdb-wasm';
import workerUrl from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import wasmUrl from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import { fail } from '#lib/problems/index.ts';
import { DuckDbRelations } from './duckdb.ts';

/**
 * Starts DuckDB-WASM in a worker of its own. The worker begins as a blob that imports DuckDB's script: such a worker
 * inherits the page's content security policy, which one loaded from the network would not.
 */
export async function openDuckDb(): Promise<DuckDbRelations> {
  try {
    const script = `importScripts(${JSON.stringify(absolute(workerUrl))});`;
    const blob = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    const worker = new Worker(blob);
    const db = new AsyncDuckDB(new VoidLogger(), worker);
    const died = new Promise<never>((_, reject) => {
      worker.addEventListener('error', (event) => reject(new Error(event.message)), { once: true });
    });
    await Promise.race([db.instantiate(absolute(wasmUrl)), died]);
    URL.revokeObjectURL(blob);
    const relations = await DuckDbRelations.open(db);
    worker.addEventListener('error', (event) => relations.lose(event.message));
    return relations;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw fail('engine.not-started', { detail });
  }
}

function absolute(url: string): string {
  return new URL(url, import.meta.url).href;
}
