import type { ComputeRun, Progress } from '#lib/cells/core/context.ts';
import run from '#lib/cells/script/run.ts';
import { columnsFromIpc, ipcFromColumns } from '#lib/relations/arrow.ts';
import { Transferred, type Handlers } from '#lib/rpc/contract.ts';
import { fieldsOf } from '#lib/base/columns.ts';
import type { Job } from './engine.ts';
import { runCompute } from './run-compute.ts';
import type { SandboxResult } from './sandbox-model.ts';

/** What the page asks of the worker in the sandbox. Inputs are Arrow IPC streams by relation name. */
export interface ScriptContract {
  runScript: {
    params: { job: Job; inputs: Readonly<Record<string, Uint8Array>> };
    result: SandboxResult;
    progress: Progress;
  };
}

/** What the worker in the sandbox does: one script over the tables it was handed, nothing else in reach. */
export function scriptHandlers(): Handlers<ScriptContract> {
  return {
    async runScript({ job, inputs }, { signal, progress }) {
      const tables = Object.fromEntries(
        Object.entries(inputs).map(([relation, ipc]) => [relation, columnsFromIpc(ipc)])
      );
      const reader = {
        describe: async (relation: string) => {
          const table = tables[relation];
          return table ? { name: relation, rows: table.length, fields: fieldsOf(table) } : null;
        },
        read: async (relation: string) => tables[relation]!
      };
      const computed = await runCompute(job, run as ComputeRun<unknown>, reader, {
        signal,
        onProgress: progress
      });
      const written = Object.entries(computed.tables).map(
        ([relation, table]) => [relation, ipcFromColumns(table)] as const
      );
      const result: SandboxResult = {
        tables: Object.fromEntries(written),
        report: computed.report,
        problems: computed.problems
      };
      return new Transferred(
        result,
        written.map(([, ipc]) => ipc.buffer as ArrayBuffer)
      );
    }
  };
}
