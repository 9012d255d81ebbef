import type { Engine, GivenFile } from '#lib/runtime/engine.ts';
import type { FileLook } from '#lib/runtime/file-look.ts';
import { fitsPattern } from './file-match.ts';

/** The files a reader gave to this notebook. They stay where they are: the engine reads them, nothing is copied. */
export class Files {
  list = $state.raw<readonly GivenFile[]>([]);
  /** What can be told of each file before it is loaded, by name. */
  #looks = $state.raw<ReadonlyMap<string, FileLook>>(new Map());
  readonly #contents = new Map<string, File>();
  readonly #engine: () => Promise<Engine>;

  constructor(engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  get bytes(): number {
    return this.list.reduce((sum, file) => sum + file.size, 0);
  }

  /** The file itself, as it was given. */
  content(name: string): File | undefined {
    return this.#contents.get(name);
  }

  /** The files that a name or pattern means. */
  matching(pattern: string): readonly GivenFile[] {
    return this.list.filter((file) => fitsPattern(file.name, pattern));
  }

  /** What is known of the files that a pattern means; null where one of them was not looked at. */
  looksOf(pattern: string): readonly FileLook[] | null {
    const looks = this.matching(pattern).map(({ name }) => this.#looks.get(name));
    return looks.every((look) => look !== undefined) ? looks : null;
  }

  /** Looks at files before they are given. */
  async lookAt(files: readonly File[]): Promise<readonly FileLook[]> {
    return (await this.#engine()).lookAt(files);
  }

  /** A file of the same name takes the place of the earlier one. */
  async add(files: readonly File[]): Promise<void> {
    const engine = await this.#engine();
    const looks = await engine.lookAt(files);
    const given = await engine.addFiles(files);
    for (const file of files) this.#contents.set(file.name, file);
    const names = new Set(given.map((f) => f.name));
    this.#looks = new Map([...this.#looks, ...looks.map((look) => [look.name, look] as const)]);
    this.list = [...this.list.filter((f) => !names.has(f.name)), ...given];
  }

  async remove(name: string): Promise<void> {
    const engine = await this.#engine();
    await engine.removeFile(name);
    this.#contents.delete(name);
    this.list = this.list.filter((f) => f.name !== name);
  }
}
