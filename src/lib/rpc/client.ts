import { deferred, type Deferred } from '#lib/base/deferred.ts';
import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { bugOf } from './bug.ts';
import type { Call, CallOptions, ContractOf, FromServer, ToServer } from './contract.ts';
import type { Endpoint } from './endpoint.ts';

export interface Connection<C extends ContractOf<C>> {
  readonly call: Call<C>;
  /** The methods the other side announced; rejects if it is lost before. */
  readonly ready: Promise<readonly string[]>;
  /** Ends the channel: every pending and every later call rejects with `reason`, by default `worker.lost`. */
  close(this: void, reason?: Problem | Cancelled): void;
}

export interface ConnectOptions {
  /** Names the other side in problems: "data", "compute". */
  readonly name?: string;
  /** Told synchronously when the other side dies, before the pending calls reject. */
  onLost?(this: void, problem: Problem): void;
}

interface Pending {
  readonly method: string;
  readonly answer: Deferred<unknown>;
  readonly onProgress: ((progress: never) => void) | undefined;
  release(): void;
}

/**
 * Opens the calling end of a channel. Any number of calls may be under way; each has its own progress and its own cancel.
 * An aborted call settles when the other side has answered, so that what it left behind is known: as a rule with
 * Cancelled, with the result if that was already on its way.
 */
export function connect<C extends ContractOf<C>>(
  endpoint: Endpoint,
  options: ConnectOptions = {}
): Connection<C> {
  const name = options.name ?? 'other';
  const pending = new Map<number, Pending>();
  const ready = deferred<readonly string[]>();
  ready.promise.catch(() => undefined);
  let methods: readonly string[] | null = null;
  let closed: ProblemError | Cancelled | null = null;
  let nextId = 1;

  const listeners: Readonly<Record<string, (event: Event) => void>> = {
    message: (event) => receive((event as MessageEvent<FromServer>).data),
    messageerror: () => lose('A message could not be read.'),
    error: (event) => {
      event.preventDefault();
      lose((event as ErrorEvent).message || 'Its code did not load.');
    },
    close: () => lose('It ran out of memory or crashed.')
  };
  for (const [type, listener] of Object.entries(listeners)) {
    endpoint.addEventListener(type, listener);
  }
  endpoint.start?.();

  function receive(message: FromServer): void {
    if (message.type === 'ready') return announce(message.methods);
    const call = pending.get(message.id);
    if (!call) return;
    if (message.type === 'progress') return call.onProgress?.(message.progress as never);
    pending.delete(message.id);
    call.release();
    if (message.type === 'result') call.answer.resolve(message.value);
    else if (message.type === 'cancelled') call.answer.reject(new Cancelled());
    else call.answer.reject(new ProblemError(message.problem));
  }

  function announce(known: readonly string[]): void {
    methods = known;
    ready.resolve(known);
    for (const [id, call] of pending) {
      if (known.includes(call.method)) continue;
      pending.delete(id);
      call.release();
      call.answer.reject(unknownMethod(call.method, known));
    }
  }

  function unknownMethod(method: string, known: readonly string[]): ProblemError {
    return new ProblemError(
      problem('worker.unknown-method', { worker: name, method, known: known.join(', ') })
    );
  }

  function lose(detail: string): void {
    if (closed) return;
    const trouble = problem('worker.lost', { worker: name, detail });
    options.onLost?.(trouble);
    close(trouble);
  }

  function close(
    reason: Problem | Cancelled = problem('worker.lost', {
      worker: name,
      detail: 'It was stopped.'
    })
  ): void {
    if (closed) return;
    closed = reason instanceof Cancelled ? reason : new ProblemError(reason);
    for (const [type, listener] of Object.entries(listeners)) {
      endpoint.removeEventListener(type, listener);
    }
    ready.reject(closed);
    for (const call of pending.values()) {
      call.release();
      call.answer.reject(closed);
    }
    pending.clear();
  }

  async function call(
    method: string,
    params: unknown,
    { signal, enough, onProgress, transfer = [] }: CallOptions<never> = {}
  ): Promise<unknown> {
    if (closed) throw closed;
    if (signal?.aborted) throw new Cancelled();
    if (methods && !methods.includes(method)) throw unknownMethod(method, methods);
    const id = nextId++;
    const answer = deferred<unknown>();
    const cancel = () => send({ type: 'cancel', id });
    const suffice = () => send({ type: 'enough', id });
    signal?.addEventListener('abort', cancel, { once: true });
    enough?.addEventListener('abort', suffice, { once: true });
    const release = () => {
      signal?.removeEventListener('abort', cancel);
      enough?.removeEventListener('abort', suffice);
    };
    pending.set(id, { method, answer, onProgress, release });
    try {
      send({ type: 'call', id, method, params }, transfer);
    } catch (error) {
      pending.delete(id);
      release();
      throw new ProblemError(bugOf(error));
    }
    if (enough?.aborted) suffice();
    return answer.promise;
  }

  function send(message: ToServer, transfer: readonly Transferable[] = []): void {
    endpoint.postMessage(message, [...transfer]);
  }

  return { call, ready: ready.promise, close };
}
