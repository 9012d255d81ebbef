/** Reads one batch ahead: the next is cut from the bytes while the engine takes the last one in. */
export async function* ahead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const taken = await next;
      if (taken.done) return;
      next = iterator.next();
      // Its failure is met when it is awaited, or does not matter any more.
      next.catch(() => undefined);
      yield taken.value;
    }
  } finally {
    // Who stops early does not wait for what is under way, but lets the file go.
    void iterator.return?.().catch(() => undefined);
  }
}

/** The first chunk, for a look, and the chunks from the start. */
export async function peeked(
  chunks: AsyncIterable<Uint8Array>
): Promise<{ first: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const head = await iterator.next();
  const first = head.done ? new Uint8Array() : head.value;
  async function* all(): AsyncGenerator<Uint8Array> {
    yield first;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return { first: first.subarray(0, 256 << 10), all: all() };
}
