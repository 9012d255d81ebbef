const newline = 10;

/** Cuts bytes of any size at line ends: what is whole comes out, the beginning of the next line waits. */
export class LineCutter {
  #held: Uint8Array[] = [];

  /** All whole lines so far, with their ends; empty if there is none yet. */
  push(bytes: Uint8Array): Uint8Array {
    const end = bytes.lastIndexOf(newline) + 1;
    if (end === 0) {
      if (bytes.length > 0) this.#held.push(bytes);
      return new Uint8Array();
    }
    const whole = joined([...this.#held, bytes.subarray(0, end)]);
    this.#held = end < bytes.length ? [bytes.subarray(end)] : [];
    return whole;
  }

  /** The last line, which has no end. */
  rest(): Uint8Array {
    const rest = joined(this.#held);
    this.#held = [];
    return rest;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
