import { fail } from '#lib/problems/index.ts';
import type { LoadReport, LoadRun } from '../core/loader.ts';

/** The text of the cell as a table. A line that does not fit its header is a problem: the text is there to be mended. */
const run: LoadRun<{ readonly text: string }, LoadReport> = async (cell, loader) => {
  const { text } = cell.config;
  if (text.trim() === '') {
    const expected = 'a header line and rows, as CSV';
    throw fail('config.missing', { key: 'body', expected }, { line: 1 });
  }
  return loader.loadText(cell.name, cell.name, text, { delimiter: ',' });
};

export default run;
