import { family } from './catalogue.ts';

/** Problems of the notebook as a file, of its cells as parts of a graph, and of SQL before an engine sees it. */
export const notebookProblems = family({
  'notebook.version': (p: { version: string }) => ({
    message: `This notebook is written for format version ${p.version}.`,
    cause: 'Version 1 is the only one this workbench knows.',
    hint: 'Write `quartermaster: 1`, or open the file with the program that made it.'
  }),
  'notebook.front-matter': (p: { detail: string }) => ({
    message: 'The lines between the two `---` at the top cannot be read.',
    cause: p.detail,
    hint: 'Write one `key: value` a line. The cells below are not affected.'
  }),
  'notebook.seed': (p: { seed: string }) => ({
    message: `\`seed\` cannot be ${p.seed}.`,
    cause: 'It is the whole number from which every random choice follows. 1 is used instead.',
    hint: 'Write a whole number.'
  }),
  'notebook.conflict': (p: { line: number }) => ({
    message: `A merge conflict is unsettled at line ${p.line}.`,
    cause: 'Git left both versions in the file, between the lines `<<<<<<<` and `>>>>>>>`.',
    hint: 'Keep one version, or parts of both, and remove the marker lines.'
  }),
  'notebook.comment-unclosed': (p: { line: number }) => ({
    severity: 'warning' as const,
    message: `The HTML comment that starts at line ${p.line} has no end.`,
    cause: 'Everything after it counts as comment, cells included.',
    hint: 'Write `-->` where the comment ends.'
  }),
  'notebook.fence-unclosed': (p: { line: number; fence: string }) => ({
    severity: 'warning' as const,
    message: `The code block that starts at line ${p.line} has no end.`,
    cause: 'Everything after it counts as part of it, cells included.',
    hint: `Write \`${p.fence}\` on a line of its own where the block ends.`
  }),
  'notebook.name-invalid': (p: { name: string }) => ({
    message: p.name ? `\`${p.name}\` cannot be a cell name.` : 'A cell needs a name.',
    cause:
      'A name starts with a letter or an underscore, goes on with letters, digits and underscores, and has at most 63 of them.',
    hint: 'Choose such a name; any script will do.'
  }),
  'notebook.name-taken': (p: { name: string; owner: string }) => ({
    message: `The name \`${p.name}\` is taken.`,
    cause: `The cell \`${p.owner}\` makes a table of that name.`,
    hint: 'Choose another name, or rename that cell first.'
  }),
  'notebook.name-shadow': (p: { name: string; cell: string }) => ({
    message: `\`${p.name}\` already means something else in the cell \`${p.cell}\`.`,
    cause:
      'Its SQL gives that name to a WITH table or an alias, which would hide the renamed cell.',
    hint: `Choose another name, or change the SQL of \`${p.cell}\` first.`
  }),
  'cell.unclosed': (p: { name: string; fence: string }) => ({
    message: `The cell \`${p.name}\` has no closing fence.`,
    cause: 'Everything to the end of the file counts as its body.',
    hint: `Write \`${p.fence}\` on a line of its own where the cell ends.`
  }),
  'cell.name-invalid': (p: { name: string }) => ({
    message: p.name ? `\`${p.name}\` cannot be a cell name.` : 'The cell has no name.',
    cause:
      'A name starts with a letter or an underscore, goes on with letters, digits and underscores, and has at most 63 of them.',
    hint: 'Mend the name after the colon on the fence line.'
  }),
  'cell.flags-invalid': (p: { detail: string }) => ({
    message: 'The fence line of this cell cannot be read.',
    cause: p.detail,
    hint: 'After the name stand `run=auto`, `run=manual` or `run=off`, `show=both`, `show=code`, `show=result` or `show=none`, `refresh=5s`, and on script cells `reads=a,b`.'
  }),
  'cell.flag-unknown': (p: { flag: string; kind: string }) => ({
    severity: 'warning' as const,
    message: `\`${p.flag}\` has no effect on a ${p.kind} cell.`,
    cause: 'It is kept as it is.',
    hint: 'Remove it, or open the file with a newer version.'
  }),
  'cell.conflict': (p: { name: string }) => ({
    message: `The cell \`${p.name}\` holds two versions from a merge.`,
    cause: 'Git could not tell which of them to keep.',
    hint: 'Keep one of the two, or write what should stand there.'
  }),
  'cell.kind-unknown': (p: { kind: string; nearest: string }) => ({
    severity: 'warning' as const,
    message: `There is no kind of cell called \`${p.kind}\`.`,
    cause: 'It may be made with a newer version. It is kept as it is and does not run.',
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : 'Open the file with a newer version.'
  }),
  'cell.duplicate': (p: { name: string; others: string }) => ({
    message: `The name \`${p.name}\` is used more than once.`,
    cause: `It also stands at ${p.others}. Large and small letters count as the same.`,
    hint: 'Rename one of them, or write `run=off` on its fence line.'
  }),
  'cell.output-taken': (p: { table: string; owner: string; line: number }) => ({
    message: `Two cells make the table \`${p.table}\`.`,
    cause: `The other one is \`${p.owner}\`, at line ${p.line}.`,
    hint: 'Rename one of the two cells.'
  }),
  'cell.cycle': (p: { path: string }) => ({
    message: `These cells need each other: ${p.path}.`,
    cause: 'Each reads the one before it, so none can be the first to run.',
    hint: 'Let one of them read something else.'
  }),
  'cell.self-read': (p: { name: string }) => ({
    message: `The cell reads its own table \`${p.name}\`.`,
    cause: 'A table cannot be made from itself.',
    hint: 'Read another table, or give this cell another name.'
  }),
  'cell.relation-unknown': (p: { name: string; nearest: string }) => ({
    message: `There is no table \`${p.name}\`.`,
    cause: 'No cell of this notebook makes it.',
    hint: p.nearest ? `Did you mean \`${p.nearest}\`?` : `Add a cell named \`${p.name}\`.`
  }),
  'cell.reads-off': (p: { name: string }) => ({
    message: `The cell \`${p.name}\` is turned off.`,
    cause: 'A cell that is off makes no table and gives no value.',
    hint: `Remove \`run=off\` from the fence line of \`${p.name}\`, or read something else.`
  }),
  'cell.param-faulty': (p: { name: string }) => ({
    message: `The parameter \`${p.name}\` has no value yet.`,
    cause: 'Its own cell has a problem.',
    hint: `Mend the cell \`${p.name}\`; nothing is wrong here.`
  }),
  'statement.empty': () => ({
    message: 'There is no SQL here yet.',
    hint: 'Write a query, such as `select * from …`.'
  }),
  'statement.many': () => ({
    message: 'A second statement starts here.',
    cause: 'A query cell holds one statement, and its rows become the table of the cell.',
    hint: 'Move it to a cell of its own.'
  }),
  'statement.not-relation': (p: { verb: string }) => ({
    message: `\`${p.verb}\` does not give a table.`,
    cause: 'A query cell reads; tables are made and changed by the cells that own them.',
    hint: 'Write a statement that starts with `select`, `from`, `with`, `values`, `pivot`, `describe` or `summarize`.'
  }),
  'statement.unclosed': (p: { what: string; close: string }) => ({
    message: `A ${p.what} that starts here does not end.`,
    cause: 'The rest of the cell counts as part of it.',
    hint: `Write \`${p.close}\` where it ends.`
  })
});
