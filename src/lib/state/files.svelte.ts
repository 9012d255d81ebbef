import type { Engine, GivenFile } from '#lib/runtime/engine.ts';

/** The files a reader gave to this notebook. They stay where they are: the engine reads them, nothing is copied. */
export class Files {
  list = $state.raw<readonly GivenFile[]>([]);
  readonly #engine: () => Promise<Engine>;

  constructor(engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  get bytes(): number {
    return this.list.reduce((sum, file) => sum + file.size, 0);
  }

  /** A file of the same name takes the place of the earlier one. */
  async add(files: readonly File[]): Promise<void> {
    const engine = await this.#engine();
    const given = await engine.addFiles(files);
    const names = new Set(given.map((f) => f.name));
    this.list = [...this.list.filter((f) => !names.has(f.name)), ...given];
  }

  async remove(name: string): Promise<void> {
    const engine = await this.#engine();
    await engine.removeFile(name);
    this.list = this.list.filter((f) => f.name !== name);
  }
}
