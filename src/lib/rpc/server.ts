import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { problemOf } from './bug.ts';
import {
  Transferred,
  type ContractOf,
  type FromServer,
  type Handlers,
  type ToServer
} from './contract.ts';
import type { Endpoint } from './endpoint.ts';
import { throttle } from './throttle.ts';

const progressEveryMs = 100;

export interface ServeOptions {
  /** Makes one of two progress values when the first has not been sent yet; by default the later one stands. */
  combine?(this: void, earlier: unknown, later: unknown): unknown;
}

interface Running {
  readonly stop: AbortController;
  readonly enough: AbortController;
}

/** Opens the answering end of a channel and announces its methods. Returns a function that ends it and cancels what runs. */
export function serve<C extends ContractOf<C>>(
  endpoint: Endpoint,
  handlers: Handlers<C>,
  options: ServeOptions = {}
): () => void {
  const running = new Map<number, Running>();
  const methods = Object.keys(handlers);

  const listen = (event: Event) => {
    const message = (event as MessageEvent<ToServer>).data;
    if (message.type === 'cancel') running.get(message.id)?.stop.abort();
    else if (message.type === 'enough') running.get(message.id)?.enough.abort();
    else if (message.type === 'call') void answer(message.id, message.method, message.params);
  };
  endpoint.addEventListener('message', listen);
  endpoint.start?.();
  post({ type: 'ready', methods });

  async function answer(id: number, method: string, params: unknown): Promise<void> {
    const { stop, enough } = { stop: new AbortController(), enough: new AbortController() };
    running.set(id, { stop, enough });
    const progress = throttle(
      (value: unknown) => post({ type: 'progress', id, progress: value }),
      progressEveryMs,
      options.combine
    );
    try {
      if (!methods.includes(method)) throw unknownMethod(method);
      const handler = handlers[method as keyof typeof handlers];
      const value = await handler(params, {
        signal: stop.signal,
        enough: enough.signal,
        progress: progress.push
      });
      progress.flush();
      if (value instanceof Transferred) {
        post({ type: 'result', id, value: value.value }, value.transfer);
      } else post({ type: 'result', id, value });
    } catch (error) {
      progress.flush();
      if (error instanceof Cancelled) post({ type: 'cancelled', id });
      else post({ type: 'problem', id, problem: problemOf(error) });
    } finally {
      running.delete(id);
    }
  }

  function unknownMethod(method: string): ProblemError {
    const known = methods.join(', ');
    return new ProblemError(problem('worker.unknown-method', { worker: 'called', method, known }));
  }

  function post(message: FromServer, transfer: readonly Transferable[] = []): void {
    endpoint.postMessage(message, [...transfer]);
  }

  return () => {
    endpoint.removeEventListener('message', listen);
    for (const { stop } of running.values()) stop.abort();
  };
}
