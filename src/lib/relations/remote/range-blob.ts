import { deferred } from '#lib/base/deferred.ts';
import { Cancelled } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';

export interface RangeOptions {
  readonly signal: AbortSignal;
  /** Hears how many bytes have come by now. */
  readonly onRead: (taken: number) => void;
}

/** The end of the file, asked for first: it holds the footer of most Parquet files whole. */
const heldBytes = 64 << 10;
/** What is smaller comes sooner whole. */
const wholeBytes = 4 << 20;

/**
 * A Parquet file on a server, read by HTTP ranges as parts of it are asked for; null when it is small, is no Parquet
 * file, or the server gives no ranges, so that it has to come whole. Only headers that other origins may send and read
 * without a preflight are used, so `Access-Control-Allow-Origin` is all that a server has to add.
 */
export async function parquetByRanges(
  url: string,
  { signal, onRead }: RangeOptions
): Promise<RangeBlob | null> {
  const size = await ask(url, { method: 'HEAD', signal }).then(
    ({ ok, headers }) => (ok ? Number(headers.get('content-length')) : 0),
    () => 0
  );
  if (size < wholeBytes) return null;
  const remote = new Remote(url, size, signal, onRead);
  const end = await remote.read(size - heldBytes, size).catch(() => null);
  const isParquet = end !== null && new TextDecoder().decode(end.slice(-4)) === 'PAR1';
  if (!isParquet) return null;
  remote.held = { from: size - heldBytes, bytes: end };
  return new RangeBlob(remote, 0, size);
}

/** A Blob whose bytes lie on a server. */
export class RangeBlob extends Blob {
  readonly #remote: Remote;
  readonly #from: number;
  readonly #to: number;
  readonly #waits: boolean;

  constructor(remote: Remote, from: number, to: number, waits = false) {
    super();
    this.#waits = waits;
    this.#remote = remote;
    this.#from = from;
    this.#to = to;
  }

  /** The same for a reader that breaks when a part cannot be read: it waits, and `failed` tells why. */
  waiting(): RangeBlob {
    return new RangeBlob(this.#remote, this.#from, this.#to, true);
  }

  /** Rejects once a part cannot be read. */
  get failed(): Promise<never> {
    return this.#remote.failed;
  }

  override get size(): number {
    return this.#to - this.#from;
  }

  override slice(start = 0, end = this.size): Blob {
    const placed = (at: number) => Math.min(this.size, at < 0 ? Math.max(0, this.size + at) : at);
    const from = placed(start);
    const to = Math.max(from, placed(end));
    return new RangeBlob(this.#remote, this.#from + from, this.#from + to, this.#waits);
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = this.#remote.part(this.#from, this.#to);
    return this.#waits ? bytes.catch(() => new Promise<never>(() => undefined)) : bytes;
  }

  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.arrayBuffer());
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(await this.arrayBuffer());
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let at = 0;
    return new ReadableStream({
      pull: async (controller) => {
        if (at >= this.size) return controller.close();
        const part = this.slice(at, (at += wholeBytes));
        controller.enqueue(new Uint8Array(await part.arrayBuffer()));
      }
    });
  }
}

class Remote {
  held: { readonly from: number; readonly bytes: ArrayBuffer } | null = null;
  readonly failed: Promise<never>;
  readonly #url: string;
  readonly #size: number;
  readonly #signal: AbortSignal;
  readonly #onRead: (taken: number) => void;
  readonly #reject: (error: unknown) => void;
  #taken = 0;

  constructor(url: string, size: number, signal: AbortSignal, onRead: (taken: number) => void) {
    this.#url = url;
    this.#size = size;
    this.#signal = signal;
    this.#onRead = onRead;
    const failure = deferred<never>();
    this.failed = failure.promise;
    this.#reject = (error) => failure.reject(error);
    this.failed.catch(() => undefined);
  }

  /** Bytes `from` to `to`, not asked again where they are held. */
  async part(from: number, to: number): Promise<ArrayBuffer> {
    if (from === to) return new ArrayBuffer(0);
    const { held } = this;
    if (held && from >= held.from) return held.bytes.slice(from - held.from, to - held.from);
    try {
      return await this.read(from, to);
    } catch (error) {
      this.#reject(error);
      throw error;
    }
  }

  async read(from: number, to: number): Promise<ArrayBuffer> {
    const bytes = await this.#range(from, to).catch(() => null);
    if (this.#signal.aborted) throw new Cancelled();
    if (bytes?.byteLength !== to - from) throw fail('remote.range', { url: this.#url });
    this.#taken += bytes.byteLength;
    this.#onRead(Math.min(this.#taken, this.#size));
    return bytes;
  }

  async #range(from: number, to: number): Promise<ArrayBuffer | null> {
    const headers = { Range: `bytes=${from}-${to - 1}` };
    const answer = await ask(this.#url, { headers, signal: this.#signal });
    if (answer.status === 206) return answer.arrayBuffer();
    await answer.body?.cancel();
    return null;
  }
}

function ask(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, {
    ...init,
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store'
  });
}
