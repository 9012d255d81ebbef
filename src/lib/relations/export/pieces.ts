const pieceBytes = 8 << 20;

/** Collects the bytes of a file; every few megabytes become a blob, which the browser may keep outside memory. */
export class Pieces {
  readonly #blobs: Blob[] = [];
  #open: BlobPart[] = [];
  #size = 0;

  put(part: Uint8Array | string): void {
    this.#open.push(part as BlobPart);
    this.#size += part.length;
    if (this.#size >= pieceBytes) this.#close();
  }

  blob(type: string): Blob {
    this.#close();
    return new Blob(this.#blobs, { type });
  }

  #close(): void {
    if (this.#open.length > 0) this.#blobs.push(new Blob(this.#open));
    this.#open = [];
    this.#size = 0;
  }
}
