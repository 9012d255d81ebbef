import type { Connection } from '#lib/runtime/connection.ts';

/** What live sources need of the world around them; tests bring their own. */
export interface LiveEnv {
  readonly WebSocket: typeof WebSocket;
  readonly fetch: typeof fetch;
  /** Whether the page came by https, and may therefore not use plain connections except on this machine. */
  readonly secure: boolean;
  /** Milliseconds since 1970. */
  now(this: void): number;
  /** Spreads the reconnects of many tabs; no result depends on it. */
  random(this: void): number;
  readonly backoff: Backoff;
  connection(this: void, name: string): Connection | undefined;
  connectionNames(this: void): readonly string[];
  /** A file of the notebook that can be read again where it lies; undefined if there is none. */
  growingFile(this: void, name: string): GrowingFile | undefined;
  openChannel(this: void, name: string): BroadcastChannel | null;
}

/** As FileSystemFileHandle. */
export interface GrowingFile {
  getFile(): Promise<Blob>;
}

/** Waits between attempts in milliseconds, and how often a connection is tried that has never been open. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
  readonly tries: number;
}

/** The world of a worker of the page. */
export function workerEnv(
  parts: Pick<LiveEnv, 'connection' | 'connectionNames' | 'growingFile'>
): LiveEnv {
  return {
    WebSocket: globalThis.WebSocket,
    fetch: (...request) => fetch(...request),
    secure: globalThis.location?.protocol === 'https:',
    now: () => Date.now(),
    random: () => Math.random(),
    backoff: { first: 500, most: 30_000, tries: 3 },
    openChannel: (name) =>
      typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name),
    ...parts
  };
}
