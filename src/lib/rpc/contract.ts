import type { Problem } from '#lib/base/problem.ts';

/** One method of a channel. A contract is a plain interface of these, checked by `ContractOf`. */
export interface Method {
  readonly params: unknown;
  readonly result: unknown;
  readonly progress?: unknown;
}

/** Constrains a contract without widening it: `<C extends ContractOf<C>>`. */
export type ContractOf<C> = { readonly [M in keyof C]: Method };

export type ProgressOf<M> = M extends { readonly progress: infer P } ? P : never;

export interface CallOptions<P = never> {
  readonly signal?: AbortSignal;
  /** Tells the other side that what it has by now is enough. */
  readonly enough?: AbortSignal;
  onProgress?(this: void, progress: P): void;
  readonly transfer?: readonly Transferable[];
}

/** Calls the other side. Rejects with ProblemError, with Cancelled after an abort (unless the answer was already on its way), and with problem `worker.lost` when the worker dies. */
export type Call<C extends ContractOf<C>> = <M extends keyof C & string>(
  method: M,
  params: C[M]['params'],
  options?: CallOptions<ProgressOf<C[M]>>
) => Promise<C[M]['result']>;

export interface HandlerContext<P> {
  readonly signal: AbortSignal;
  /** Aborted when what is done by now is enough to the caller. */
  readonly enough: AbortSignal;
  /** Throttled to about ten a second; the last one before the result always arrives. */
  progress(this: void, progress: P): void;
}

/** A result whose buffers move instead of being copied. */
export class Transferred<T> {
  readonly value: T;
  readonly transfer: readonly Transferable[];

  constructor(value: T, transfer: readonly Transferable[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

export type Handlers<C extends ContractOf<C>> = {
  readonly [M in keyof C & string]: (
    params: C[M]['params'],
    context: HandlerContext<ProgressOf<C[M]>>
  ) => Promise<C[M]['result'] | Transferred<C[M]['result']>>;
};

/** What goes over the wire. */
export type ToServer =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly method: string;
      readonly params: unknown;
    }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'enough'; readonly id: number };

export type FromServer =
  | { readonly type: 'ready'; readonly methods: readonly string[] }
  | { readonly type: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'problem'; readonly id: number; readonly problem: Problem }
  | { readonly type: 'cancelled'; readonly id: number };
