import { quoteName } from '#lib/sql/quote.ts';
import { csvText } from './csv.ts';
import { replacedEach } from './replace.ts';
import { textOf } from './text-scan.ts';
import { limitClause, type Writer } from './writer.ts';

/** A table of GitHub's Markdown; numbers stand to the right. */
export const writeMarkdown: Writer = async function* (input) {
  const { relations, info, signal, report } = input;
  const names = info.fields.map(({ name }) => escaped(name));
  const rules = info.fields.map(({ type }) =>
    type === 'integer' || type === 'number' ? '--:' : '---'
  );
  yield `| ${names.join(' | ')} |\n| ${rules.join(' | ')} |\n`;
  const values = info.fields.map(({ name, sqlType = 'VARCHAR' }) => {
    const text = csvText(quoteName(name), sqlType);
    return `coalesce(${replacedEach(text, escapes)}, '')`;
  });
  const row = `'| ' || ${values.join(` || ' | ' || `)} || ' |' || chr(10)`;
  const sql = `SELECT ${row} AS line FROM ${quoteName(info.name)}${limitClause(input)}`;
  yield* textOf(relations.scan(sql, signal), report);
};

const escapes = [
  ['\\', '\\\\'],
  ['|', '\\|'],
  ['\r', ''],
  ['\n', '<br>']
] as const;

function escaped(text: string): string {
  return escapes.reduce((out, [from, to]) => out.replaceAll(from, to), text);
}
