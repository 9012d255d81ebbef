import type { Columns } from '#lib/base/columns.ts';
import type { RelationInfo, Retention, Revision } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import { columnsFromIpc } from '#lib/relations/arrow.ts';
import type { TableContract } from '#lib/relations/data-contract.ts';
import type { Call } from '#lib/rpc/contract.ts';
import type { Job } from './engine.ts';

interface WriteOptions {
  readonly retain?: readonly Retention[];
  readonly revision?: Revision | null;
  readonly fresh?: boolean;
}

/** The relations of the data worker as one live run reads and writes them. */
export class LiveTables {
  readonly #call: Call<TableContract>;
  readonly #job: Job;
  readonly #signal: AbortSignal;

  constructor(call: Call<TableContract>, job: Job, signal: AbortSignal) {
    this.#call = call;
    this.#job = job;
    this.#signal = signal;
  }

  /** A log comes back in order of arrival, whatever order the table keeps. */
  async read(relation: string, columns?: readonly string[]): Promise<Columns> {
    const signal = this.#signal;
    const info = await this.#call('describeTable', { relation }, { signal });
    if (!info) throw fail('live.stream-missing', { stream: relation });
    const isLog =
      this.#job.follows.some((f) => f.relation.toLowerCase() === relation.toLowerCase()) ||
      relation === this.#job.outputs[0];
    const numbered = isLog && info.fields.some((f) => f.name === 'arrival');
    const ipc = await this.#call(
      'readTable',
      {
        relation,
        ...(columns ? { columns } : {}),
        ...(numbered ? { orderBy: ['arrival'] } : {})
      },
      { signal }
    );
    return columnsFromIpc(ipc);
  }

  /** The whole relation as an Arrow stream; null if it is gone. */
  async readIpc(relation: string): Promise<Uint8Array | null> {
    const info = await this.#call('describeTable', { relation });
    return info && this.#call('readTable', { relation });
  }

  /** Appends to an output, an Arrow stream whose buffer moves; `fresh` makes the table anew. */
  writeIpc(
    relation: string,
    ipc: Uint8Array,
    { retain = [], revision = null, fresh = false }: WriteOptions
  ): Promise<RelationInfo> {
    return this.#call(
      'appendTable',
      {
        run: this.#job.run,
        relation,
        ipc,
        ...(retain.length > 0 ? { retain } : {}),
        ...(revision ? { revision } : {}),
        ...(fresh ? { fresh } : {})
      },
      { transfer: [ipc.buffer] }
    );
  }
}
