import wasmUrl from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import type { Parquet } from './parquet.ts';

let loading: Promise<Parquet> | null = null;

/** Loads parquet-wasm, once. */
export function loadParquet(): Promise<Parquet> {
  loading ??= start();
  return loading;
}

async function start(): Promise<Parquet> {
  const parquet = await import('parquet-wasm/esm');
  await parquet.default({ module_or_path: new URL(wasmUrl, import.meta.url) });
  return parquet;
}
