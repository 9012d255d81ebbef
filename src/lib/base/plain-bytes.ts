const arrays = [Float64Array, Float32Array, Int32Array, Uint32Array, Uint8Array] as const;
type AnyArray = InstanceType<(typeof arrays)[number]>;

const tag = { undefined: 0, null: 1, false: 2, true: 3, number: 4, text: 5, list: 6, record: 7 };
/** Tags from here on are typed arrays, in the order of `arrays`. */
const firstArray = 16;

/**
 * Plain data as bytes: what the structured clone takes of nulls, booleans, numbers (NaN, infinities and −0 included),
 * texts, lists (holes become undefined), records and typed arrays. Names of fields are written once. `room` bytes are left
 * free before them. O(size).
 */
export function bytesOfPlain(value: unknown, room = 0): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writer.value(value);
  return writer.bytes(room);
}

/** What was written; throws where bytes are cut short or are no such thing. */
export function plainOfBytes(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.value();
  if (!reader.isAtEnd) throw new RangeError('There is more than one value.');
  return value;
}

/** From so many bytes on, what is written is not copied before the end. */
const large = 32 << 10;

class Writer {
  /** What stands before `bytes`, in order. */
  readonly #before: Uint8Array[] = [];
  #beforeBytes = 0;
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  readonly #names = new Map<string, number>();
  readonly #encoder = new TextEncoder();

  bytes(room: number): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(room + this.#beforeBytes + this.#at);
    let at = room;
    for (const part of [...this.#before, this.#bytes.subarray(0, this.#at)]) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  value(value: unknown): void {
    if (value === undefined) return this.#byte(tag.undefined);
    if (value === null) return this.#byte(tag.null);
    if (typeof value === 'boolean') return this.#byte(value ? tag.true : tag.false);
    if (typeof value === 'number') return this.#number(value);
    if (typeof value === 'string') {
      this.#byte(tag.text);
      return this.#text(value);
    }
    if (Array.isArray(value)) return this.#list(value as unknown[]);
    const kind = arrays.findIndex((Kind) => value instanceof Kind);
    if (kind >= 0) return this.#array(kind, value as AnyArray);
    if (typeof value === 'object') return this.#record(value as Record<string, unknown>);
    throw new TypeError(`A ${typeof value} is no plain data.`);
  }

  #number(value: number): void {
    this.#byte(tag.number);
    this.#room(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  #list(values: readonly unknown[]): void {
    this.#byte(tag.list);
    this.#length(values.length);
    // Holes are counted, so that they are read as undefined.
    for (let i = 0; i < values.length; i++) this.value(values[i]);
  }

  #record(record: Record<string, unknown>): void {
    const entries = Object.entries(record);
    this.#byte(tag.record);
    this.#length(entries.length);
    for (const [name, value] of entries) {
      const known = this.#names.get(name);
      this.#length(known ?? this.#names.size);
      if (known === undefined) {
        this.#names.set(name, this.#names.size);
        this.#text(name);
      }
      this.value(value);
    }
  }

  #array(kind: number, array: AnyArray): void {
    this.#byte(firstArray + kind);
    this.#length(array.length);
    this.#put(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }

  #text(text: string): void {
    const bytes = this.#encoder.encode(text);
    this.#length(bytes.length);
    this.#put(bytes);
  }

  #put(bytes: Uint8Array): void {
    if (bytes.length >= large) {
      this.#before.push(this.#bytes.subarray(0, this.#at), bytes);
      this.#beforeBytes += this.#at + bytes.length;
      this.#use(new Uint8Array(4096));
      this.#at = 0;
      return;
    }
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #length(length: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, length, true);
    this.#at += 4;
  }

  #byte(byte: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = byte;
  }

  #room(size: number): void {
    if (this.#at + size <= this.#bytes.length) return;
    const wider = new Uint8Array(Math.max(this.#at + size, 2 * this.#bytes.length));
    wider.set(this.#bytes);
    this.#use(wider);
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #names: string[] = [];
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(): unknown {
    const kind = this.#take(1)[0]!;
    switch (kind) {
      case tag.undefined:
        return undefined;
      case tag.null:
        return null;
      case tag.false:
      case tag.true:
        return kind === tag.true;
      case tag.number:
        this.#at += 8;
        return this.#view.getFloat64(this.#at - 8, true);
      case tag.text:
        return this.#text();
      case tag.list:
        return Array.from({ length: this.#length() }, () => this.value());
      case tag.record:
        return this.#record();
      default:
        return this.#array(kind - firstArray);
    }
  }

  #record(): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    for (let left = this.#length(); left > 0; left--) {
      const index = this.#length();
      if (index === this.#names.length) this.#names.push(this.#text());
      const name = this.#names[index];
      if (name === undefined) throw new RangeError('A field has no name.');
      record[name] = this.value();
    }
    return record;
  }

  #array(kind: number): AnyArray {
    const Kind = arrays[kind];
    if (!Kind) throw new RangeError(`${kind} stands for nothing.`);
    const length = this.#length();
    const bytes = this.#take(length * Kind.BYTES_PER_ELEMENT);
    return new Kind(bytes.slice().buffer);
  }

  #text(): string {
    return this.#decoder.decode(this.#take(this.#length()));
  }

  #length(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  #take(size: number): Uint8Array {
    if (this.#at + size > this.#bytes.length) throw new RangeError('It is cut short.');
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
}
