import { nearest } from '#lib/base/nearest.ts';
import { fail } from '#lib/problems/index.ts';
import type { LoadFrom } from '#lib/cells/core/loader.ts';
import type { GivenFile } from '#lib/runtime/engine.ts';

export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
  /** A pattern for the members of an archive; absent: all that are alike. */
  readonly members?: string;
}

/** A bundled data set, as `data/manifest.json` of the site lists it. */
export interface ExampleSet {
  readonly title: string;
  /** Paths under `data/`. */
  readonly files: readonly string[];
  readonly attribution: string;
}

/** Fetches a path under the site's `data/`. */
export type FetchExample = (path: string) => Promise<Blob>;

/** The files that a notebook's sources can read: what the reader gave, by name, and the bundled sets. Contents stay where they are. */
export class Files {
  readonly #fetch: FetchExample;
  readonly #given = new Map<string, File>();
  #manifest: Promise<Readonly<Record<string, ExampleSet>>> | null = null;

  constructor(fetch: FetchExample) {
    this.#fetch = fetch;
  }

  /** Takes files in; one of the same name replaces the earlier one. */
  add(files: readonly File[]): readonly GivenFile[] {
    for (const file of files) this.#given.set(file.name, file);
    return files.map(described);
  }

  remove(name: string): void {
    this.#given.delete(name);
  }

  /** The files a source names, in the order of their names; the bundled set stands in while none is given. */
  async open(from: { readonly file?: string; readonly example?: string }): Promise<NamedBlob[]> {
    const pattern = from.file ?? '';
    const { matches, members } = this.#matching(pattern);
    if (matches.length > 0) {
      return matches.map((file) => ({
        name: file.name,
        blob: file,
        ...(members ? { members } : {})
      }));
    }
    if (from.example !== undefined) return this.#openExample(from.example);
    const given = [...this.#given.keys()];
    throw fail('source.no-file', {
      file: pattern,
      nearest: nearest(pattern, given),
      given: given.join(', ')
    });
  }

  /** A mark that changes when what a source names does. */
  async mark(from: LoadFrom): Promise<string> {
    // What an address gives is asked again by a run, never to see whether one is due.
    if (from.url !== undefined) return `url ${from.url}`;
    const { matches } = this.#matching(from.file ?? '');
    if (matches.length === 0 && from.example !== undefined) return `example ${from.example}`;
    return matches
      .map(({ name, size, lastModified }) => `${name} ${size} ${lastModified}`)
      .join('\n');
  }

  /** The files that a pattern fits; `orders.zip/2011*.csv` names members of the archive before the slash. */
  #matching(pattern: string): { readonly matches: readonly File[]; readonly members?: string } {
    const whole = this.#fitting(pattern);
    const inside = /^(.+?\.zip)\/(.+)$/i.exec(pattern);
    if (whole.length > 0 || !inside) return { matches: whole };
    const [, archive = '', members = ''] = inside;
    return { matches: this.#fitting(archive), members };
  }

  #fitting(pattern: string): File[] {
    const fits = globOf(pattern);
    return [...this.#given.values()]
      .filter((file) => fits(file.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #openExample(wanted: string): Promise<NamedBlob[]> {
    this.#manifest ??= this.#readManifest();
    const manifest = await this.#manifest;
    const [set = '', ...rest] = wanted.split('/');
    const example = manifest[set];
    if (!example) {
      const known = Object.keys(manifest);
      throw fail('source.no-example', {
        example: wanted,
        nearest: nearest(set, known),
        known: known.join(', ')
      });
    }
    const matches = globOf(rest.join('/') || '*');
    const paths = example.files.filter((path) => matches(baseName(path)));
    if (paths.length === 0) {
      const names = example.files.map(baseName);
      const file = rest.join('/');
      throw fail('source.no-file', {
        file,
        nearest: nearest(file, names),
        given: names.join(', ')
      });
    }
    return Promise.all(
      paths.map(async (path) => ({ name: baseName(path), blob: await this.#fetch(path) }))
    );
  }

  async #readManifest(): Promise<Readonly<Record<string, ExampleSet>>> {
    const blob = await this.#fetch('manifest.json');
    return JSON.parse(await blob.text()) as Record<string, ExampleSet>;
  }
}

/** Whether a file name fits a pattern of letters, `*` and `?`, in any case. */
export function globOf(pattern: string): (name: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const regex = new RegExp(`^${source}$`, 'isu');
  return (name) => name === pattern || regex.test(name);
}

function described({ name, size, lastModified }: File): GivenFile {
  return { name, size, modified: lastModified };
}

function baseName(path: string): string {
  return path.split('/').at(-1) ?? path;
}
