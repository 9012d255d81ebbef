import { family } from './catalogue.ts';

/** Problems of taking data out. */
export const exportProblems = family({
  'export.xlsx-columns': (p: { relation: string; columns: number }) => ({
    message: `\`${p.relation}\` has too many columns for Excel.`,
    cause: `It has ${p.columns}; a sheet holds 16,384.`,
    hint: 'Choose columns in a query cell and export that, or export CSV or Parquet.'
  }),
  'export.xlsx-text': (p: { column: string; letters: number }) => ({
    message: `A text in \`${p.column}\` is too long for Excel.`,
    cause: `It has ${p.letters} letters; a cell of a sheet holds 32,767.`,
    hint: 'Shorten or leave out that column in a query cell, or export CSV or Parquet.'
  }),
  'export.xlsx-size': () => ({
    message: 'The table is too large for one Excel file.',
    cause: 'A sheet came to more than 4 GB.',
    hint: 'Export fewer rows, or CSV or Parquet.'
  })
});
