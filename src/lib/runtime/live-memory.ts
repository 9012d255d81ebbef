import type { Columns } from '#lib/base/columns.ts';
import { hash128 } from '#lib/base/hash.ts';
import type { KeptState, Retention, Revision } from '#lib/cells/core/context.ts';
import type { FollowerLog, StreamLog } from '#lib/live/log/stream-log.ts';
import { canonicalConfig } from './canonical.ts';
import type { Job } from './engine.ts';

/** What one run keeps over restarts with the stream it follows: its state, and the rows it has written until then. */
export class LiveMemory {
  readonly #stream: StreamLog;
  readonly #follower: FollowerLog;
  /** A disk that is full or broken keeps what was saved before; the run goes on without. */
  #isBroken = false;

  static async open({ cell }: Job, stream: StreamLog, identity: unknown): Promise<LiveMemory> {
    const print = hash128(`${cell.kind} ${cell.name.toLowerCase()} ${canonicalConfig(identity)}`);
    return new LiveMemory(stream, await stream.follower(print.slice(0, 16)));
  }

  private constructor(stream: StreamLog, follower: FollowerLog) {
    this.#stream = stream;
    this.#follower = follower;
  }

  /** How many rows of the stream were in the state. */
  get position(): number {
    return this.#follower.position;
  }

  /** What was written up to the state. */
  recall(): ReturnType<FollowerLog['recall']> {
    return this.#follower.recall();
  }

  /** Notes rows that are written, to be kept with the next state. */
  note(
    relation: string,
    rows: Columns,
    revision: Revision | null,
    retain: readonly Retention[]
  ): void {
    if (rows.length > 0 && !this.#isBroken)
      this.#follower.note({ relation, rows, revision, retain });
  }

  /** The state for a run that has been given its stream up to row `seen.at`. */
  state(seen: { readonly at: number }): KeptState {
    const follower = this.#follower;
    return {
      found: follower.value,
      isDue: () => follower.isDue(seen.at),
      save: async (state) => {
        await follower.save(seen.at, state).catch((error: unknown) => {
          if (!(error instanceof DOMException)) throw error;
          follower.close();
          this.#isBroken = true;
        });
      }
    };
  }

  close(): void {
    this.#stream.release(this.#follower);
  }
}
