import { family } from './catalogue.ts';

/** Problems of SQL, relations and the engine that holds them. */
export const dataProblems = family({
  'sql.syntax': (p: { detail: string }) => ({
    message: `The SQL cannot be read: ${p.detail}.`,
    cause: 'The statement breaks off at the marked place.',
    hint: 'Look at the marked word and the one before it: a misspelt keyword, a missing comma or an open bracket.'
  }),
  'sql.no-column': (p: { name: string; nearest: string; candidates: string }) => ({
    message: `There is no column \`${p.name}\`.`,
    cause: p.candidates ? `Columns in reach are ${p.candidates}.` : 'No table in reach has it.',
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Use one of the columns in reach.'
  }),
  'sql.no-table': (p: { name: string; nearest: string; known: string }) => ({
    message: `There is no table \`${p.name}\`.`,
    cause: p.known ? `The tables are ${p.known}.` : 'No cell has made a table yet.',
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Add a cell of that name, or name one of the tables that exist.'
  }),
  'sql.no-function': (p: { name: string; nearest: string }) => ({
    message: `There is no function \`${p.name}\`.`,
    cause: 'The engine does not know this name.',
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Check the spelling of the function.'
  }),
  'sql.no-extension': (p: { name: string; extension: string }) => ({
    message: `\`${p.name}\` is not in this engine.`,
    cause: `It belongs to the extension ${p.extension}, which would have to be fetched from the network.`,
    hint: 'Read such files with a source cell, or use another function.'
  }),
  'sql.arguments': (p: { call: string; candidates: string }) => ({
    message: `\`${p.call}\` does not fit the function.`,
    cause: p.candidates ? `It takes ${p.candidates}.` : 'No form of it takes these types.',
    hint: 'Change the arguments, or cast them: `column::DOUBLE`.'
  }),
  'sql.binding': (p: { detail: string }) => ({
    message: 'The SQL does not fit the tables it reads.',
    cause: p.detail,
    hint: 'Change the marked expression.'
  }),
  'sql.conversion': (p: { detail: string }) => ({
    message: 'A value does not fit the type it is turned into.',
    cause: p.detail,
    hint: 'Use `TRY_CAST(x AS …)` to get nothing for such values, or clean them first.'
  }),
  'sql.value': (p: { detail: string }) => ({
    message: 'A value stopped the query.',
    cause: p.detail,
    hint: 'Filter such rows out, or guard the expression with CASE.'
  }),
  'sql.out-of-memory': (p: { detail: string }) => ({
    message: 'The query needs more memory than this browser tab has.',
    cause: p.detail,
    hint: 'Name only the columns you need instead of `*`, filter before joining and sorting, or aggregate first and work on the result. All other tables are still there.'
  }),
  'sql.permission': (p: { detail: string }) => ({
    message: 'SQL cannot open files or addresses here.',
    cause: p.detail,
    hint: 'Bring the data in with a source cell and name that cell in the query.'
  }),
  'sql.failed': (p: { kind: string; detail: string }) => ({
    message: `The query stopped: ${p.kind}.`,
    cause: p.detail,
    hint: 'Change the query and run it again.'
  }),
  'engine.broken': (p: { detail: string }) => ({
    message: 'The SQL engine broke down.',
    cause: p.detail,
    hint: 'It starts again by itself; run the cells that are stale. Nothing typed is lost.'
  }),
  'engine.not-started': (p: { detail: string }) => ({
    message: 'The SQL engine did not start.',
    cause: p.detail,
    hint: 'Reload the page. If it stays, use a current Chrome, Edge, Firefox or Safari.'
  }),
  'data.no-relation': (p: { name: string; nearest: string }) => ({
    message: `There is no relation \`${p.name}\`.`,
    cause: 'No cell has made it yet, or the cell that did failed.',
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : `Run the cell that makes \`${p.name}\`.`
  }),
  'data.kept-broken': (p: { name: string }) => ({
    message: `The kept rows of \`${p.name}\` cannot be read.`,
    cause: 'The browser cleared or damaged its store.',
    hint: `Run the cell that makes \`${p.name}\`.`
  }),
  'data.not-an-output': (p: { name: string; outputs: string }) => ({
    message: `This cell cannot write the relation \`${p.name}\`.`,
    cause: `Its relations are ${p.outputs}.`,
    hint: 'Name the relation after the cell.'
  }),
  'data.columns-differ': (p: { name: string; detail: string }) => ({
    message: `The rows do not fit the relation \`${p.name}\`.`,
    cause: p.detail,
    hint: 'Give every batch the same columns in the same order.'
  })
});
