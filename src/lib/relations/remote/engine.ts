/** What is taken from an engine elsewhere at most. */
export interface RemoteLimits {
  readonly rows: number;
  readonly bytes: number;
  readonly seconds: number;
}

export const remoteLimits: RemoteLimits = { rows: 1_000_000, bytes: 64 << 20, seconds: 60 };

/** Rows as an Arrow IPC stream of their own; the first of an answer may hold none and tells the columns. */
export interface RemoteBatch {
  readonly ipc: Uint8Array;
  readonly rows: number;
  /** Bytes of the batch alone, without what stands before it. */
  readonly bytes: number;
}

/** An engine elsewhere that answers queries. Fails with problems of the family `remote`, placed by line of the query. */
export interface RemoteEngine {
  /** The rows of a query as they come. One row more than `limits.rows` shows that there are more; ending the iteration, or the signal, stops the query there. */
  query(sql: string, limits: RemoteLimits, signal: AbortSignal): AsyncGenerator<RemoteBatch>;
  /** How many rows a query has; null when that takes too long or is refused. */
  count(sql: string, signal: AbortSignal): Promise<number | null>;
  /** What answers there; the shortest question to see whether one is let in. */
  version(signal: AbortSignal): Promise<string>;
}
