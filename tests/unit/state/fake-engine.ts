import { columns, numeric, type Columns } from '#lib/base/columns.ts';
import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import type { TableProfile } from '#lib/base/table-profile.ts';
import { hash128 } from '#lib/base/hash.ts';
import type {
  Engine,
  GivenFile,
  Job,
  Outcome,
  PageRequest,
  RunOptions
} from '#lib/runtime/engine.ts';
import type { FileLook } from '#lib/runtime/file-look.ts';

/** An engine without data: every cell yields one row; some are told to fail or to take until they are stopped. */
export class FakeEngine implements Engine {
  readonly ran: string[] = [];
  readonly asked: string[] = [];
  readonly kept = new Map<string, Outcome>();
  readonly failing = new Map<string, Problem>();
  readonly hanging = new Set<string>();
  readonly files: GivenFile[] = [];
  readonly looks = new Map<string, FileLook>();
  disposed = false;
  speed = 1;
  #restart: ((problem: Problem) => void)[] = [];

  async run(job: Job, { signal }: RunOptions): Promise<Outcome> {
    const { name } = job.cell;
    this.ran.push(name);
    await Promise.resolve();
    const problem = this.failing.get(name);
    if (problem) throw new ProblemError(problem);
    if (this.hanging.has(name)) await stopped(signal);
    return {
      relations: job.outputs.map((output) => ({
        name: output,
        rows: 1,
        fields: [{ name: 'x', type: 'number' }]
      })),
      report: { body: job.cell.body },
      problems: [],
      hash: hash128(JSON.stringify([job.cell.body, job.cell.params]))
    };
  }

  async restore(fingerprint: string): Promise<Outcome | null> {
    return this.kept.get(fingerprint) ?? null;
  }

  async keep(fingerprint: string, _cell: string, outcome: Outcome): Promise<void> {
    this.kept.set(fingerprint, outcome);
  }

  async drop(): Promise<void> {}

  async page({ relation }: PageRequest): Promise<Columns> {
    this.asked.push(relation);
    return columns({ x: numeric([42]) });
  }

  async query(sql: string): Promise<Columns> {
    this.asked.push(sql);
    return columns({ x: numeric([42]) });
  }

  async profile(relation: string): Promise<TableProfile> {
    this.asked.push(`profile ${relation}`);
    return { rows: 1, exact: true, columns: [] };
  }

  async export(relation: string, format: string): Promise<Blob> {
    return new Blob([`${relation} as ${format}`]);
  }

  async lookAt(files: readonly File[]): Promise<readonly FileLook[]> {
    return files.map((file) => this.looks.get(file.name)!).filter(Boolean);
  }

  async tableSizes(): Promise<[]> {
    return [];
  }

  async keptBytes(): Promise<number> {
    return 0;
  }

  async forgetKept(): Promise<void> {}

  async addFiles(files: readonly File[]): Promise<readonly GivenFile[]> {
    const given = files.map(({ name, size, lastModified: modified }) => ({ name, size, modified }));
    this.files.push(...given);
    return given;
  }

  async setConnections(): Promise<void> {}

  async removeFile(name: string): Promise<void> {
    this.files.splice(
      this.files.findIndex((f) => f.name === name),
      1
    );
  }

  async fileMark({ file }: { readonly file?: string }): Promise<string> {
    return this.files.filter((f) => f.name === file).length.toString();
  }

  pause(): void {}
  async setGrowingFiles(): Promise<void> {}

  finishFeeds(): void {}
  forgetLog = () => Promise.resolve();

  setSpeed(speed: number): void {
    this.speed = speed;
  }

  onRestart(listener: (problem: Problem) => void): () => void {
    this.#restart.push(listener);
    return () => {
      this.#restart = this.#restart.filter((l) => l !== listener);
    };
  }

  crash(problem: Problem): void {
    for (const listener of this.#restart) listener(problem);
  }

  async memory(): Promise<{ used: number; limit: number }> {
    return { used: 1, limit: 2 };
  }

  dispose(): void {
    this.disposed = true;
  }
}

function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Cancelled()));
  });
}
