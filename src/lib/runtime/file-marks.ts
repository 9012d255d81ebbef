import type { CellRecord } from './cell-record.ts';
import type { Engine } from './engine.ts';
import { filesOf } from './inputs.ts';

/** Keeps the marks of the files that source cells read: asked when a cell names other files, and again when files change. */
export class FileMarks {
  readonly #engine: Engine;
  readonly #changed: () => void;
  readonly #asking = new Set<Promise<void>>();

  constructor(engine: Engine, changed: () => void) {
    this.#engine = engine;
    this.#changed = changed;
  }

  /** Looks at what a cell reads now. */
  watch(record: CellRecord): void {
    const files = filesOf(record);
    const source = files && JSON.stringify(files);
    if (source === record.source) return;
    record.source = source;
    record.mark = files ? null : '';
    if (files) void this.#ask(record);
  }

  /** Asks again for every cell; the old marks hold until then. */
  async refresh(records: Iterable<CellRecord>): Promise<void> {
    await Promise.all([...records].filter((r) => r.source !== null).map((r) => this.#ask(r)));
  }

  async known(): Promise<void> {
    await Promise.all(this.#asking);
  }

  #ask(record: CellRecord): Promise<void> {
    const asked = ++record.asked;
    const answer = this.#engine
      .fileMark(filesOf(record) ?? {})
      // What is wrong with the files is told by the run of the cell.
      .catch(() => 'unreadable')
      .then((mark) => {
        if (asked !== record.asked) return;
        record.mark = mark;
        this.#changed();
      })
      .finally(() => this.#asking.delete(answer));
    this.#asking.add(answer);
    return answer;
  }
}
