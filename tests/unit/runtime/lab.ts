import { deferred, type Deferred } from '#lib/base/deferred.ts';
import { hash128 } from '#lib/base/hash.ts';
import { Cancelled, ProblemError, type Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { defineKind, type CellKind, type Mode } from '#lib/cells/core/define.ts';
import { buildGraph } from '#lib/notebook/graph.ts';
import type { Graph } from '#lib/notebook/graph-model.ts';
import { parse } from '#lib/notebook/parse.ts';
import type { Engine, Job, LiveUpdate, Outcome, RunOptions } from '#lib/runtime/engine.ts';
import type { ExecutorApi } from '#lib/runtime/executor-model.ts';
import { createExecutor, type ExecutorOptions } from '#lib/runtime/executor.ts';
import type { CellState, RunId } from '#lib/runtime/states.ts';

/** The body of every kind here: `key: value` lines; `reads` and `follows` take names with commas. */
interface Config {
  readonly reads: readonly string[];
  readonly follows: readonly string[];
  readonly value: string;
  readonly file?: string;
}

function kindOf(kind: string, mode: Mode, more: Partial<CellKind<Config>> = {}): CellKind<Config> {
  return defineKind<Config>({
    kind,
    version: 1,
    title: kind,
    summary: kind,
    group: 'data',
    mode,
    outputs: mode === 'live' ? ['', '_extra'] : [''],
    examples: [],
    body: {
      language: 'yaml',
      parse(text) {
        const lines = text.split('\n').filter((line) => line.trim() && !line.startsWith('#'));
        const pairs = lines.map((line) => line.split(':').map((part) => part.trim()));
        const keys = Object.fromEntries(pairs) as Record<string, string | undefined>;
        const names = (list = '') => list.split(',').flatMap((n) => n.trim() || []);
        if (keys['value'] === 'broken') {
          const fault = problem('config.syntax', { language: 'YAML', detail: 'broken' });
          return { config: null, problems: [fault], usesParams: [] };
        }
        const config: Config = {
          reads: names(keys['reads']),
          follows: names(keys['follows']),
          value: keys['value'] ?? '',
          ...(keys['file'] === undefined ? {} : { file: keys['file'] })
        };
        return { config, problems: [], usesParams: [] };
      }
    },
    reads: ({ config }) =>
      [...config.reads, ...config.follows].map((relation) => ({ relation, key: 'reads' })),
    follows: ({ config }) => config.follows,
    ...more
  });
}

const kinds = new Map(
  [
    kindOf('sql', 'sql'),
    kindOf('work', 'compute'),
    kindOf('series', 'compute', { endsEarly: () => true }),
    kindOf('heavy', 'compute', { costly: () => true }),
    kindOf('net', 'compute', { costly: () => true, needsNetwork: () => true }),
    kindOf('feed', 'live', {
      clock: () => ({ time: 'at', disorder: 5, lateness: 0 })
    }),
    kindOf('files', 'load'),
    kindOf('fenced', 'script')
  ].map((kind) => [kind.kind, kind as unknown as CellKind])
);

/** A notebook of cells written `kind:name reads=a,b value` one per line; flags follow after `|`. */
export function notebook(...cells: readonly string[]): Graph {
  const fences = cells.map((cell) => {
    const [head = '', flags = ''] = cell.split('|');
    const [address = '', ...words] = head.trim().split(/\s+/);
    const body = words.map((word) =>
      word.includes('=') ? word.replace('=', ': ') : `value: ${word}`
    );
    return `\`\`\`yaml ${address} ${flags.trim()}`.trimEnd() + `\n${body.join('\n')}\n\`\`\`\n`;
  });
  return buildGraph(parse(fences.join('\n')), kinds);
}

export type Behaviour = (job: Job, options: RunOptions, engine: MockEngine) => Promise<Outcome>;

/** An engine whose tables are strings: a cell's value with the content of what it reads in brackets. */
export class MockEngine implements Engine {
  readonly log: string[] = [];
  readonly tables = new Map<string, string>();
  readonly behaviours = new Map<string, Behaviour>();
  readonly kept = new Map<string, Outcome>();
  readonly marks = new Map<string, string>();
  readonly jobs: Job[] = [];
  running = 0;
  mostRunning = 0;
  readonly #contents = new Map<string, string>();
  #restarted: ((problem: Problem) => void)[] = [];

  async run(job: Job, options: RunOptions): Promise<Outcome> {
    this.jobs.push(job);
    this.log.push(`start ${job.cell.name}`);
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      const behave = this.behaviours.get(job.cell.name) ?? ((j) => this.compute(j));
      const outcome = await behave(job, options, this);
      this.log.push(`end ${job.cell.name}`);
      return outcome;
    } catch (error) {
      this.log.push(`${error instanceof Cancelled ? 'cancelled' : 'failed'} ${job.cell.name}`);
      throw error;
    } finally {
      this.running--;
    }
  }

  /** What a cell makes of its inputs, written and published. */
  async compute(job: Job, more: Partial<Outcome> = {}): Promise<Outcome> {
    await Promise.resolve();
    const { value, file } = job.cell.config as Config;
    const inputs = job.inputs.map(({ relation }) => this.tables.get(relation) ?? 'nothing');
    const mark = file === undefined ? '' : (this.marks.get(file) ?? '');
    return this.write(job, `${value}${mark}${inputs.length ? `(${inputs.join(',')})` : ''}`, more);
  }

  write(job: Job, content: string, more: Partial<Outcome> = {}): Outcome {
    const name = job.outputs[0]!;
    this.tables.set(name, content);
    this.#contents.set(hash128(content), content);
    const relations = [{ name, rows: 1, fields: [] }];
    return { relations, report: null, problems: [], hash: hash128(content), ...more };
  }

  restore(fingerprint: string, cell: string): Promise<Outcome | null> {
    const outcome = this.kept.get(fingerprint) ?? null;
    if (outcome) {
      this.log.push(`restore ${cell}`);
      this.tables.set(outcome.relations[0]!.name, this.#contents.get(outcome.hash)!);
    }
    return Promise.resolve(outcome);
  }

  keep(fingerprint: string, _cell: string, outcome: Outcome): Promise<void> {
    this.kept.set(fingerprint, outcome);
    return Promise.resolve();
  }

  drop(relations: readonly string[]): Promise<void> {
    for (const name of relations) {
      this.log.push(`drop ${name}`);
      this.tables.delete(name);
    }
    return Promise.resolve();
  }

  async setConnections(): Promise<void> {}

  fileMark({ file }: { readonly file?: string }): Promise<string> {
    return Promise.resolve(this.marks.get(file ?? '') ?? 'absent');
  }

  onRestart(listener: (problem: Problem) => void): () => void {
    this.#restarted.push(listener);
    return () => (this.#restarted = this.#restarted.filter((l) => l !== listener));
  }

  /** Loses all tables, as a crash of the data worker does. */
  restart(): void {
    this.tables.clear();
    const trouble = problem('engine.restarted', { detail: 'Out of memory.' });
    for (const listener of this.#restarted) listener(trouble);
  }

  get listeners(): number {
    return this.#restarted.length;
  }

  page = () => Promise.reject(new Error('not here'));
  query = () => Promise.reject(new Error('not here'));
  profile = () => Promise.reject(new Error('not here'));
  export = () => Promise.reject(new Error('not here'));
  lookAt = () => Promise.resolve([]);
  addFiles = () => Promise.resolve([]);
  removeFile = () => Promise.resolve();
  setGrowingFiles = () => Promise.resolve();
  setSpeed = () => undefined;
  pause(run: RunId, paused: boolean): void {
    this.log.push(
      `${paused ? 'pause' : 'resume'} ${this.jobs.find((job) => job.run === run)?.cell.name}`
    );
  }
  finishFeeds = () => undefined;
  forgetLog = () => Promise.resolve();
  memory = () => Promise.resolve({ used: 0, limit: 0 });
  tableSizes = () => Promise.resolve([]);
  keptBytes = () => Promise.resolve(0);
  forgetKept = () => Promise.resolve();
  dispose = () => undefined;
}

/** A run that waits to be let go, or to be stopped. */
export interface Held {
  /** The run has started. */
  readonly started: Promise<void>;
  finish(this: void): void;
  fail(this: void, problem: Problem): void;
}

export interface LiveFeed extends Held {
  emit(this: void, revision: number, content?: string): void;
}

export interface Lab {
  readonly engine: MockEngine;
  readonly executor: ExecutorApi;
  /** Every state a cell went through, as `cell at`. */
  readonly states: string[];
  readonly outcomes: string[];
  readonly live: LiveUpdate[];
  readonly previews: [string, unknown][];
  at(this: void, cell: string): CellState['at'];
  hold(this: void, cell: string): Held;
  feed(this: void, cell: string): LiveFeed;
}

export function lab(
  graph: Graph,
  options: ExecutorOptions & { autoRun?: boolean; engine?: MockEngine } = {}
): Lab {
  const engine = options.engine ?? new MockEngine();
  const states: string[] = [];
  const outcomes: string[] = [];
  const live: LiveUpdate[] = [];
  const previews: [string, unknown][] = [];
  const executor = createExecutor(
    engine,
    {
      onState: (cell, state) => states.push(`${cell} ${state.at}`),
      onOutcome: (cell, outcome) => outcomes.push(`${cell} ${outcome ? 'there' : 'gone'}`),
      onLive: (_cell, update) => live.push(update),
      onPreview: (cell, preview) => previews.push([cell, preview])
    },
    { cores: 4, liveEveryMs: 1000, ...options }
  );
  executor.autoRun = options.autoRun ?? false;
  executor.update(graph);

  function hold(cell: string): Held & { readonly begun: Deferred<[Job, RunOptions]> } {
    const begun = deferred<[Job, RunOptions]>();
    const end = deferred<void>();
    end.promise.catch(() => undefined);
    engine.behaviours.set(cell, async (job, run) => {
      const stopped = deferred<never>();
      run.signal.addEventListener('abort', () => stopped.reject(new Cancelled()));
      begun.resolve([job, run]);
      await Promise.race([end.promise, stopped.promise]);
      return engine.compute(job);
    });
    return {
      begun,
      started: begun.promise.then(() => undefined),
      finish: () => end.resolve(),
      fail: (trouble) => end.reject(new ProblemError(trouble))
    };
  }

  return {
    engine,
    executor,
    states,
    outcomes,
    live,
    previews,
    at: (cell) => executor.state(cell).at,
    hold,
    feed(cell) {
      const held = hold(cell);
      let job: Job | undefined;
      let run: RunOptions | undefined;
      void held.begun.promise.then(([j, r]) => ([job, run] = [j, r]));
      return {
        ...held,
        emit(revision, content = `r${revision}`) {
          engine.tables.set(cell, content);
          run!.onLive({
            revision,
            relations: [{ name: job!.outputs[0]!, rows: revision, fields: [] }],
            report: null,
            problems: []
          });
        }
      };
    }
  };
}

/** Lets everything that waits only for promises come to pass. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
