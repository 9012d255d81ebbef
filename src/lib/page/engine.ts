import computeUrl from '#workers/compute.worker.ts?worker&url';
import dataUrl from '#workers/data.worker.ts?worker&url';
import modelUrl from '#workers/model.worker.ts?worker&url';
import scriptUrl from '#workers/script.worker.ts?worker&url';
import streamUrl from '#workers/stream.worker.ts?worker&url';
import type { WorkerEngine } from '#lib/runtime/worker-engine.ts';

/**
 * The engine in workers, for one notebook. `root` is the absolute address of the site, whatever path it is served under;
 * `mirrors`: another tab runs the notebook.
 */
export async function createEngine(
  notebook: string,
  root: URL,
  mirrors: boolean
): Promise<WorkerEngine> {
  const [{ createWorkerEngine }, { createSandbox }] = await Promise.all([
    import('#lib/runtime/worker-engine.ts'),
    import('#lib/runtime/sandbox.ts')
  ]);
  const absolute = (url: string) => new URL(url, import.meta.url).href;
  return createWorkerEngine({
    assets: root.href,
    notebook,
    mirrors,
    workers: {
      data: absolute(dataUrl),
      compute: absolute(computeUrl),
      model: absolute(modelUrl),
      stream: absolute(streamUrl)
    },
    sandbox: createSandbox({
      page: new URL('sandbox.html', root).href,
      worker: absolute(scriptUrl)
    })
  });
}
