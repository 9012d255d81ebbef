/** Chunks of bytes behind each other in one buffer that is used again and again; what has been read is dropped. */
export class ByteWindow {
  #buffer = new Uint8Array(1 << 16);
  #from = 0;
  #to = 0;

  /** What is held; good until bytes are added. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#from, this.#to);
  }

  add(chunk: Uint8Array): Uint8Array {
    const held = this.#to - this.#from;
    const need = held + chunk.length;
    if (need > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(need, 2 * this.#buffer.length));
      grown.set(this.bytes);
      this.#buffer = grown;
    } else if (this.#from > 0) this.#buffer.copyWithin(0, this.#from, this.#to);
    this.#buffer.set(chunk, held);
    this.#from = 0;
    this.#to = need;
    return this.bytes;
  }

  /** Drops the first bytes of what is held. */
  drop(count: number): void {
    this.#from += count;
  }
}
