import type { Offer } from './choose-trainer.ts';
import { webgpuTrainer } from './webgpu-trainer.ts';
import { mostHidden } from './wgsl.ts';

/** WebGPU where there is real hardware behind it: a software adapter is slower than WASM and only taken by force. */
export function webgpuOffer(): Offer {
  let device: Promise<GPUDevice> | null = null;

  async function open(): Promise<GPUDevice> {
    const adapter = await adapterOf();
    if (!adapter) throw new Error(noAdapter);
    const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
    const opened = await adapter.requestDevice({
      requiredLimits: { maxStorageBufferBindingSize, maxBufferSize }
    });
    void opened.lost.then(() => (device = null));
    return opened;
  }

  return {
    backend: 'webgpu',
    async refusal({ hidden }, forced) {
      const adapter = await adapterOf();
      if (!adapter) return noAdapter;
      if (!forced && isSoftware(adapter)) return 'the only adapter is a software one';
      return hidden > mostHidden ? `it takes ${mostHidden} units at most` : null;
    },
    async make(task) {
      device ??= open();
      return webgpuTrainer(await device, task);
    }
  };
}

const noAdapter = 'the browser offers no adapter';

async function adapterOf(): Promise<GPUAdapter | null> {
  const gpu = (globalThis.navigator as Partial<Navigator> | undefined)?.gpu;
  return (await gpu?.requestAdapter()) ?? null;
}

/** Browsers before 2025 told it on the adapter itself. */
function isSoftware(adapter: GPUAdapter & { readonly isFallbackAdapter?: boolean }): boolean {
  const info = adapter.info as GPUAdapterInfo | undefined;
  return info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false;
}
