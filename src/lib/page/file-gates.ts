import { pickFiles } from './file-picker.ts';
import { giveFiles, type Giving } from './give-files.ts';

/** Lets the reader choose files, with handles where the browser has them. */
export class FileGates {
  readonly giving: Giving;
  #input: HTMLInputElement | null = null;

  constructor(giving: Giving) {
    this.giving = giving;
  }

  /** The input that stands in where there is no picker. */
  readonly hold = (input: HTMLInputElement): void => {
    this.#input = input;
  };

  readonly choose = (): void => {
    void this.#choose();
  };

  async #choose(): Promise<void> {
    const picked = await pickFiles();
    if (picked) await giveFiles(this.giving, picked.files, { handles: picked.handles });
    else this.#input?.click();
  }
}
