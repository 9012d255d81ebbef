import { formatInteger } from '#lib/base/format.ts';
import { ident, quote } from '../../core/sql.ts';
import type { Detector } from './detector.ts';

const mostValues = 5000;
const mostMapped = 100;

/**
 * One category under several spellings: texts that are equal but for upper and lower case and for blanks inside. The
 * most frequent spelling of each is kept. Columns of up to 5,000 different values in which values repeat; blanks
 * around the text are another finding. Words that differ in letters are not compared.
 */
const detect: Detector = async ({ columns, info }) => {
  await Promise.resolve();
  return columns.flatMap((c) => {
    if (c.field.type !== 'text' || !c.values?.complete) return [];
    if (c.distinct > mostValues || c.distinct === c.rows - c.missing) return [];
    const groups = new Map<string, { text: string; rows: number }[]>();
    for (const [i, text] of c.values.texts.entries()) {
      const plain = text.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ');
      const group = groups.get(plain) ?? groups.set(plain, []).get(plain)!;
      group.push({ text, rows: c.values.counts[i]! });
    }
    const wrong: { from: string; to: string; rows: number }[] = [];
    for (const group of groups.values()) {
      if (new Set(group.map((g) => g.text.trim())).size < 2) continue;
      const [best, ...rest] = group.sort((a, b) => b.rows - a.rows || (a.text < b.text ? -1 : 1));
      for (const { text, rows } of rest) wrong.push({ from: text, to: best!.text, rows });
    }
    if (wrong.length === 0) return [];
    wrong.sort((a, b) => b.rows - a.rows || (a.from < b.from ? -1 : 1));
    const mapped = wrong.slice(0, mostMapped);
    const values = Object.fromEntries(mapped.map((w) => [w.from, w.to]));
    const first = mapped[0]!;
    const rest = wrong.length > mapped.length ? ` The step mends the ${mostMapped} commonest.` : '';
    return [
      {
        finding: 'spelling-variants',
        severity: 'minor',
        column: c.column,
        rows: wrong.reduce((sum, w) => sum + w.rows, 0),
        value: null,
        example: `"${first.from}", "${first.to}"`,
        detail: `${formatInteger(wrong.length)} ${wrong.length === 1 ? 'spelling differs' : 'spellings differ'} from a commoner one in case or blanks only.${rest}`,
        steps: [{ map: { column: c.column, values } }],
        show: `SELECT * FROM ${ident(info.name)} WHERE ${ident(c.column)} IN (${mapped.map((w) => quote(w.from)).join(', ')})`
      } as const
    ];
  });
};

export default detect;
