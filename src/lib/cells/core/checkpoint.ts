import { Cancelled } from '#lib/base/problem.ts';
import type { Pause } from './pause.ts';

const sliceMs = 12;

/**
 * The checkpoint of one run. Throws Cancelled when the signal is aborted; lets messages in (and with them the abort)
 * once 12 ms have passed since it last did, so that it costs next to nothing in a tight loop. Waits while the run is paused.
 */
export function makeCheckpoint(signal: AbortSignal, pause?: Pause): () => Promise<void> {
  let yieldedAt = performance.now();
  return async () => {
    if (performance.now() - yieldedAt >= sliceMs) {
      await hop();
      yieldedAt = performance.now();
    }
    if (pause?.held) {
      await pause.passed(signal);
      yieldedAt = performance.now();
    }
    if (signal.aborted) throw new Cancelled();
  };
}

interface NodePort {
  ref?(): void;
  unref?(): void;
}

let channel: MessageChannel | null = null;
const waiting: (() => void)[] = [];

/** One turn of the event loop: unlike a timer it is not clamped to 4 ms, unlike a microtask it lets messages in. */
function hop(): Promise<void> {
  channel ??= openChannel();
  const port = channel.port2;
  if (waiting.length === 0) (channel.port1 as NodePort).ref?.();
  return new Promise((resolve) => {
    waiting.push(resolve);
    port.postMessage(null);
  });
}

function openChannel(): MessageChannel {
  const opened = new MessageChannel();
  opened.port1.onmessage = () => {
    waiting.shift()?.();
    // An idle port keeps a Node process from ending.
    if (waiting.length === 0) (opened.port1 as NodePort).unref?.();
  };
  return opened;
}
