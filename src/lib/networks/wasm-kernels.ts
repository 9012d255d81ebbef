import base64 from '#wasm/lstm.ts?assembly';
import { fromBase64 } from '#lib/base/base64.ts';
import { fail } from '#lib/problems/index.ts';
import type { Kernels } from './kernels.ts';

type Exports = Omit<Kernels, 'unit' | 'view'> & { readonly memory: WebAssembly.Memory };

let compiled: Promise<WebAssembly.Module> | null = null;

/**
 * The kernels in WASM with 128-bit SIMD (wasm/lstm.ts), in a memory of their own that goes with them.
 * Rejects where the browser has no WASM SIMD.
 */
export async function wasmKernels(): Promise<Kernels> {
  compiled ??= WebAssembly.compile(fromBase64(base64));
  const { exports } = await WebAssembly.instantiate(await compiled);
  const table = exports as unknown as Exports;
  return {
    ...table,
    unit: 4,
    alloc(count) {
      const at = table.alloc(count);
      if (at === 0) throw fail('network.memory', { megabytes: Math.ceil(count / 262_144) });
      return at;
    },
    view: (at, count) => new Float32Array(table.memory.buffer, at, count)
  };
}
