import * as tf from '@tensorflow/tfjs-core';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import { fail } from '#lib/problems/index.ts';

export type BackendName = 'webgpu' | 'wasm' | 'cpu';

/** The least of the WebGPU interface that the choice of a backend needs. */
interface Gpu {
  requestAdapter(): Promise<{
    readonly info?: { readonly isFallbackAdapter?: boolean };
    readonly isFallbackAdapter?: boolean;
  } | null>;
}

/**
 * Makes TensorFlow.js run on `wanted` and names what it runs on. `auto` takes WebGPU where there is real
 * hardware behind it (a software adapter is slower than WASM), then WASM, then plain JavaScript.
 */
export async function chooseBackend(wanted: 'auto' | BackendName): Promise<BackendName> {
  if (wanted !== 'auto') {
    const refusal = await start(wanted, false);
    if (refusal) throw fail('network.no-backend', { backend: wanted, detail: refusal });
    return wanted;
  }
  for (const backend of ['webgpu', 'wasm'] as const) {
    if ((await start(backend, true)) === null) return backend;
  }
  const refusal = await start('cpu', true);
  if (refusal) throw fail('network.no-backend', { backend: 'cpu', detail: refusal });
  return 'cpu';
}

/** Makes TensorFlow.js run on a backend: null when it does, else why it does not. */
export async function start(backend: BackendName, hardwareOnly: boolean): Promise<string | null> {
  try {
    const refusal = await load[backend](hardwareOnly);
    if (refusal) return refusal;
    const ready = await tf.setBackend(backend);
    if (!ready) return `TensorFlow.js could not start its ${backend} backend`;
    await tf.ready();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const load: Record<BackendName, (hardwareOnly: boolean) => Promise<string | null>> = {
  async webgpu(hardwareOnly) {
    const gpu = (globalThis.navigator as (Navigator & { gpu?: Gpu }) | undefined)?.gpu;
    const adapter = await gpu?.requestAdapter();
    if (!adapter) return 'the browser offers no adapter';
    if (hardwareOnly && (adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter)) {
      return 'the only adapter is a software one';
    }
    await import('@tensorflow/tfjs-backend-webgpu');
    return null;
  },
  async wasm() {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    const base = import.meta.url;
    // The threaded build breaks when minified and gains nothing on few cores.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    wasm.setWasmPaths({
      'tfjs-backend-wasm.wasm': new URL(plainUrl, base).href,
      'tfjs-backend-wasm-simd.wasm': new URL(simdUrl, base).href,
      'tfjs-backend-wasm-threaded-simd.wasm': new URL(simdUrl, base).href
    });
    return null;
  },
  async cpu() {
    await import('@tensorflow/tfjs-backend-cpu');
    return null;
  }
};
