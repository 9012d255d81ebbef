import { family } from './catalogue.ts';

/** Problems of workers and of running cells in them. */
export const runtimeProblems = family({
  'worker.lost': (p: { worker: string; detail: string }) => ({
    message: `The ${p.worker} worker stopped while it was working on this.`,
    cause: p.detail,
    hint: 'A new one takes its place. Run the cell again; if it stops again, give it fewer rows or columns.'
  }),
  'worker.bug': (p: { detail: string; stack: string }) => ({
    message: 'Something in Quartermaster itself went wrong here.',
    cause: p.detail,
    hint: 'Other cells are not affected. Run the cell again, and report it with the details if it stays.'
  }),
  'worker.unknown-method': (p: { worker: string; method: string; known: string }) => ({
    message: `The ${p.worker} worker does not know \`${p.method}\`.`,
    cause: `It knows ${p.known || 'nothing'}. The page and its workers are of different versions.`,
    hint: 'Reload the page.'
  }),
  'engine.restarted': (p: { detail: string }) => ({
    message: 'The engine stopped and has started again; its tables are gone.',
    cause: p.detail,
    hint: 'Nothing you typed is lost. Run the stale cells again.'
  }),
  'run.missing-column': (p: {
    column: string;
    relation: string;
    nearest: string;
    known: string;
  }) => ({
    message: `\`${p.relation}\` has no column \`${p.column}\`.`,
    cause: `Its columns are ${p.known}.`,
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Name one of them, or add the column in an earlier cell.'
  }),
  'run.mode': (p: { mode: string }) => ({
    message: `Cells of mode ${p.mode} do not run here.`,
    cause: 'This engine holds tables in memory and runs only cells that transform columns.',
    hint: 'Open the notebook in the workbench.'
  })
});
