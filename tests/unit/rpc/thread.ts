import { Worker as NodeWorker, type Transferable as NodeTransferable } from 'node:worker_threads';
import type { WorkerLike } from '#lib/runtime/worker-slot.ts';

/** A thread of Node behind the interface of a browser's worker. Its code is CommonJS and finds `parentPort`. */
export function thread(code: string): WorkerLike {
  const worker = new NodeWorker(`const { parentPort } = require('node:worker_threads');\n${code}`, {
    eval: true
  });
  const events = new EventTarget();
  worker.on('message', (data: unknown) =>
    events.dispatchEvent(new MessageEvent('message', { data }))
  );
  worker.on('error', ({ message }: Error) =>
    events.dispatchEvent(Object.assign(new Event('error'), { message }))
  );
  worker.on('exit', () => events.dispatchEvent(new Event('close')));
  return {
    postMessage: (message, transfer) =>
      worker.postMessage(message, transfer as unknown as NodeTransferable[]),
    addEventListener: (type, listener) => events.addEventListener(type, listener),
    removeEventListener: (type, listener) => events.removeEventListener(type, listener),
    terminate: () => void worker.terminate()
  };
}
