import type { Field } from '#lib/base/columns.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';
import { quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import { csvText } from './csv.ts';
import { replacedEach } from './replace.ts';

const mostColumns = 16_384;
const mostLetters = 32_767;
/** Excel shows 15 digits of a number and forgets the rest. */
const exactBelow = '1e15';
/** The first day on which Excel's calendar is right: it holds a 29 February 1900. */
const firstDay = `DATE '1900-03-01'`;
const lastDay = `DATE '9999-12-31'`;

/** Refuses what Excel cannot hold: too many columns, a text too long for a cell. */
export async function requireExcelLimits(
  relations: DuckDbRelations,
  { name, fields }: RelationInfo,
  signal: AbortSignal
): Promise<void> {
  if (fields.length > mostColumns) {
    throw fail('export.xlsx-columns', { relation: name, columns: fields.length });
  }
  const texts = fields.filter(isText);
  if (texts.length === 0) return;
  const longest = texts.map((field) => `max(strlen(${textOfField(field)}))`);
  const found = await relations.query(
    `SELECT ${longest.join(', ')} FROM ${quoteName(name)}`,
    signal
  );
  for (const [i, field] of texts.entries()) {
    if (Number(found.vectors[i]!.values[0]) <= mostLetters) continue;
    const letters = await longestOf(relations, name, textOfField(field), signal);
    if (letters > mostLetters) throw fail('export.xlsx-text', { column: field.name, letters });
  }
}

/** Letters of the longest text, counted as Excel does: in units of UTF-16. */
async function longestOf(
  relations: DuckDbRelations,
  table: string,
  text: string,
  signal: AbortSignal
): Promise<number> {
  const pairs = `length(regexp_replace(${text}, '[^\\x{10000}-\\x{10ffff}]', '', 'g'))`;
  const found = await relations.query(
    `SELECT max(length(${text}) + ${pairs}) FROM ${quoteName(table)} WHERE strlen(${text}) > ${mostLetters}`,
    signal
  );
  return Number(found.vectors[0]!.values[0]);
}

/** Widths of the columns in letters, from the names and the first rows. */
export async function sampleWidths(
  relations: DuckDbRelations,
  { name, fields }: RelationInfo,
  signal: AbortSignal
): Promise<number[]> {
  const lengths = fields.map((field) => `max(length(${textOfField(field)}))`);
  const sample = `(SELECT * FROM ${quoteName(name)} LIMIT 1000)`;
  const found = await relations.query(`SELECT ${lengths.join(', ')} FROM ${sample}`, signal);
  return fields.map((field, i) => {
    const letters = Math.max(field.name.length, Number(found.vectors[i]!.values[0] ?? 0));
    return Math.min(60, Math.max(8, letters)) + 2;
  });
}

/** A SQL expression that writes the XML of one cell; `"~row"` holds the number of its row. */
export function cellXml(field: Field, index: number): string {
  const value = quoteName(field.name);
  const place = `'<c r="${letters(index)}' || "~row" || '"`;
  const empty = `${place}/>'`;
  const typed = (attributes: string, content: string) =>
    `${place}${attributes}><v>' || ${content} || '</v></c>'`;
  const text = `${place} t="inlineStr"><is><t xml:space="preserve">' || ${xmlText(textOfField(field))} || '</t></is></c>'`;
  switch (field.type) {
    case 'boolean':
      return orEmpty(typed(' t="b"', `${value}::INTEGER::VARCHAR`), empty);
    case 'integer':
      return orEmpty(
        `CASE WHEN abs(${value}::DOUBLE) < ${exactBelow} THEN ${typed('', `${value}::VARCHAR`)} ELSE ${text} END`,
        empty
      );
    case 'number':
      return orEmpty(
        `CASE WHEN isnan(${value}::DOUBLE) THEN NULL WHEN isinf(${value}::DOUBLE) THEN ${text} ELSE ${typed('', `${value}::VARCHAR`)} END`,
        empty
      );
    case 'date':
    case 'timestamp': {
      const style = field.type === 'date' ? 1 : 2;
      const day = `${value}::DATE`;
      const shown = typed(` s="${style}"`, serial(value, field.type));
      return orEmpty(
        `CASE WHEN ${day} BETWEEN ${firstDay} AND ${lastDay} THEN ${shown} ELSE ${text} END`,
        empty
      );
    }
    default:
      return orEmpty(text, empty);
  }
}

function isText({ type }: Field): boolean {
  return type === 'text' || type === 'other';
}

function textOfField({ name, sqlType = 'VARCHAR' }: Field): string {
  return csvText(quoteName(name), sqlType);
}

function orEmpty(cell: string, empty: string): string {
  return `coalesce(${cell}, ${empty})`;
}

/** Days since the end of 1899, as Excel counts. */
function serial(value: string, type: 'date' | 'timestamp'): string {
  if (type === 'date') return `(${value} - DATE '1899-12-30')::VARCHAR`;
  return `((epoch_us(${value}) + 2209161600000000) / 86400000000.0)::DOUBLE::VARCHAR`;
}

/** Text inside XML. What XML cannot hold is written `_x0001_`, as Excel does, and so is what looks like that. */
function xmlText(text: string): string {
  const named = replacedEach(text, [
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['>', '&gt;']
  ]);
  const controls = Array.from({ length: 31 }, (_, i) => i + 1).filter((c) => c !== 9 && c !== 10);
  const lookalikes = `regexp_replace(${named}, '_(x[0-9A-Fa-f]{4}_)', '_x005F_\\1', 'g')`;
  const written = replacedEach(
    lookalikes,
    controls.map((code) => {
      const hex = code.toString(16).toUpperCase().padStart(4, '0');
      return [String.fromCharCode(code), `_x${hex}_`] as const;
    })
  );
  const whole = `regexp_replace(${written}, '[\\x{fffe}\\x{ffff}]', chr(65533), 'g')`;
  const special = `[\\x00-\\x08\\x0b-\\x1f\\x{fffe}\\x{ffff}]|_x[0-9A-Fa-f]{4}_`;
  return `CASE WHEN regexp_matches(${text}, '${special}') THEN ${whole} ELSE ${named} END`;
}

/** The letters of a column: A, …, Z, AA, … */
export function letters(index: number): string {
  const rest = Math.floor(index / 26) - 1;
  return (rest < 0 ? '' : letters(rest)) + String.fromCharCode(65 + (index % 26));
}
