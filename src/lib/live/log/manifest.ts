import { crc32c } from '#lib/base/crc32c.ts';
import { bytesOfPlain, plainOfBytes } from '#lib/base/plain-bytes.ts';
import { readWhole, writeWhole, type LogFolder } from './log-files.ts';

/** What a log keeps besides its rows: states by name, each in a file of its own. */
export interface Manifest {
  readonly version: 1;
  /** Counts up: of two manifests the greater one that is whole stands. */
  readonly generation: number;
  readonly states: Readonly<Record<string, StateFile>>;
}

interface StateFile {
  readonly file: string;
  readonly bytes: number;
  readonly crc: number;
  /** Rows of the log that the state has seen. */
  readonly rows: number;
}

export interface State {
  readonly rows: number;
  readonly value: unknown;
}

/** The two files that a manifest is written to in turn. */
export const manifestFiles = ['manifest-a', 'manifest-b'] as const;
const none: Manifest = { version: 1, generation: 0, states: {} };

/**
 * States of a log, switched by a manifest: a new state goes to a new file, then the older of two manifest files is
 * written over, then the old state goes. A crash at any point leaves the old state or the new one, never half of one.
 */
export class States {
  #manifest: Manifest;
  readonly #folder: LogFolder;

  private constructor(folder: LogFolder, manifest: Manifest) {
    this.#folder = folder;
    this.#manifest = manifest;
  }

  static async open(folder: LogFolder): Promise<States> {
    const found = await Promise.all(manifestFiles.map((name) => readManifest(folder, name)));
    const manifest = found.reduce(newer, none);
    const states = new States(folder, manifest);
    await states.#sweep();
    return states;
  }

  /** The newest whole state; null if there is none. */
  async load(name: string): Promise<State | null> {
    const entry = this.#manifest.states[name];
    if (!entry) return null;
    const bytes = await readWhole(this.#folder, entry.file);
    if (bytes?.length !== entry.bytes || crc32c(bytes) !== entry.crc) return null;
    return { rows: entry.rows, value: plainOfBytes(bytes) };
  }

  async save(name: string, { rows, value }: State): Promise<void> {
    const generation = this.#manifest.generation + 1;
    const bytes = bytesOfPlain(value);
    const entry = {
      file: `state-${name}-${generation}`,
      bytes: bytes.length,
      crc: crc32c(bytes),
      rows
    };
    await writeWhole(this.#folder, entry.file, bytes);
    const states = { ...this.#manifest.states, [name]: entry };
    const manifest: Manifest = { version: 1, generation, states };
    await writeWhole(this.#folder, manifestFiles[generation % 2]!, sealed(bytesOfPlain(manifest)));
    const old = this.#manifest.states[name];
    this.#manifest = manifest;
    if (old) await this.#folder.remove(old.file).catch(() => undefined);
  }

  /** Removes states that a crash left behind. */
  async #sweep(): Promise<void> {
    const known = new Set(Object.values(this.#manifest.states).map(({ file }) => file));
    for (const { name } of await this.#folder.files()) {
      if (name.startsWith('state-') && !known.has(name))
        await this.#folder.remove(name).catch(() => undefined);
    }
  }
}

async function readManifest(folder: LogFolder, name: string): Promise<Manifest> {
  return manifestOf(await readWhole(folder, name));
}

/** Rows of a log that its state by that name has seen, by the bytes of its manifest files. */
export function rowsSeen(manifests: readonly Uint8Array[], state: string): number {
  const newest = manifests.map(manifestOf).reduce(newer, none);
  return newest.states[state]?.rows ?? 0;
}

function newer(a: Manifest, b: Manifest): Manifest {
  return b.generation > a.generation ? b : a;
}

function manifestOf(bytes: Uint8Array | null): Manifest {
  if (!bytes || bytes.length < 4) return none;
  const body = bytes.subarray(4);
  const crc = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (crc32c(body) !== crc) return none;
  const manifest = plainOfBytes(body) as Manifest;
  return manifest.version === none.version ? manifest : none;
}

function sealed(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + body.length);
  new DataView(bytes.buffer).setUint32(0, crc32c(body), true);
  bytes.set(body, 4);
  return bytes;
}
