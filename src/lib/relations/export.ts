import { tableFromIPC, tableToIPC } from '@uwdata/flechette';
import { defined } from '#lib/base/assert.ts';
import type { Field } from '#lib/base/columns.ts';
import type { Progress, RelationInfo } from '#lib/cells/core/context.ts';
import type { ExportFormat } from '#lib/runtime/engine.ts';
import { quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from './duckdb.ts';
import { wholeStream } from './ipc-stream.ts';
import { writeParquetFile, type LoadParquet } from './parquet.ts';
import { selectList } from './page-sql.ts';

export interface ExportParts {
  readonly relations: DuckDbRelations;
  readonly loadParquet: LoadParquet;
}

const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.file'
};

/** A relation as a file, written piece by piece. Text formats are made in SQL, one row a value, so that no row becomes an object. */
export async function exportRelation(
  { relations, loadParquet }: ExportParts,
  info: RelationInfo,
  format: ExportFormat,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void
): Promise<Blob> {
  const report = (done: number) => onProgress({ done, total: info.rows, unit: 'rows' });
  const parts: BlobPart[] = [];
  const put = (bytes: Uint8Array) => parts.push(bytes as Uint8Array<ArrayBuffer>);
  switch (format) {
    case 'csv':
    case 'ndjson':
    case 'json': {
      const { before, row, after } = textFormat(info.fields, format);
      parts.push(before);
      let first = true;
      const sql = `SELECT ${row} AS line FROM ${quoteName(info.name)}`;
      for await (const bytes of textOf(relations.scan(sql, signal), report)) {
        // In a JSON list every row but the first is led by a comma.
        put(format === 'json' && first ? bytes.subarray(2) : bytes);
        first = false;
      }
      parts.push(after);
      break;
    }
    case 'parquet': {
      const streams = grouped(relations.scan(selectAll(info), signal), report);
      for await (const bytes of writeParquetFile(await loadParquet(), streams)) put(bytes);
      break;
    }
    case 'arrow': {
      const messages: Uint8Array[] = [];
      for await (const message of relations.scan(selectAll(info), signal)) messages.push(message);
      put(defined(tableToIPC(tableFromIPC(messages), { format: 'file' }), 'Arrow file'));
      report(info.rows);
    }
  }
  return new Blob(parts, { type: mediaTypes[format] });
}

function selectAll(info: RelationInfo): string {
  return `SELECT ${selectList(info)} FROM ${quoteName(info.name)}`;
}

function textFormat(
  fields: readonly Field[],
  format: 'csv' | 'json' | 'ndjson'
): { before: string; row: string; after: string } {
  if (format === 'csv') {
    const header = fields.map(({ name }) => csvText(name)).join(',');
    const row = `${fields.map(csvValue).join(` || ',' || `)} || chr(10)`;
    return { before: `${header}\n`, row, after: '' };
  }
  const members = fields.map((field) => {
    const key = sqlText(`${JSON.stringify(field.name)}:`);
    return `${key} || ${jsonValue(quoteName(field.name), field)}`;
  });
  const object = `'{' || ${members.join(` || ',' || `)} || '}'`;
  return format === 'ndjson'
    ? { before: '', row: `${object} || chr(10)`, after: '' }
    : { before: '[\n', row: `',' || chr(10) || ${object}`, after: '\n]\n' };
}

function csvText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Missing values are empty, an empty text is `""`; lists are joined by a comma and a blank. */
function csvValue({ name, type, sqlType = '' }: Field): string {
  const column = quoteName(name);
  if (type !== 'text' && type !== 'other') return `coalesce(${column}::VARCHAR, '')`;
  const text = sqlType.endsWith('[]')
    ? `coalesce(array_to_string(${column}, ', '), '')`
    : `${column}::VARCHAR`;
  return `CASE WHEN ${column} IS NULL THEN ''
    WHEN ${text} = '' OR regexp_matches(${text}, '[",\\r\\n]')
    THEN '"' || replace(${text}, '"', '""') || '"' ELSE ${text} END`;
}

function jsonValue(column: string, { type, sqlType = '' }: Field): string {
  return `coalesce(${jsonPresent(column, type, sqlType)}, 'null')`;
}

function jsonPresent(column: string, type: Field['type'], sqlType: string): string {
  switch (type) {
    case 'boolean':
    case 'integer':
      return `${column}::VARCHAR`;
    case 'number':
      return `CASE WHEN isfinite(${column}::DOUBLE) THEN ${column}::VARCHAR END`;
    case 'date':
      return `'"' || ${column}::VARCHAR || '"'`;
    case 'timestamp':
      return `'"' || replace(${column}::TIMESTAMP::VARCHAR, ' ', 'T') || '"'`;
    default:
      if (!sqlType.endsWith('[]')) return jsonText(`${column}::VARCHAR`);
      return `CASE WHEN ${column} IS NOT NULL THEN '[' || coalesce(array_to_string(list_transform(${column}, lambda item: ${listItem(sqlType)}), ','), '') || ']' END`;
  }
}

function listItem(sqlType: string): string {
  const numeric = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*|BOOLEAN)\[\]$/;
  const item = numeric.test(sqlType) ? 'item::VARCHAR' : jsonText('item::VARCHAR');
  return `coalesce(${item}, 'null')`;
}

/** JSON's escapes; control characters besides line ends and tabs are rare and handled apart. */
function jsonText(text: string): string {
  const marks = [
    ['\\', '\\\\'],
    ['"', '\\"']
  ].reduce((sql, [from, to]) => `replace(${sql}, ${sqlText(from!)}, ${sqlText(to!)})`, text);
  const controls = Array.from({ length: 32 }, (_, code) => code).slice(1);
  const escaped = controls.reduce((sql, code) => {
    const written = JSON.stringify(String.fromCharCode(code)).slice(1, -1);
    return `replace(${sql}, chr(${code}), ${sqlText(written)})`;
  }, marks);
  return `'"' || CASE WHEN regexp_matches(${text}, '[\\x00-\\x1f]') THEN ${escaped} ELSE ${marks} END || '"'`;
}

function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The bytes of a scan of one text column, as Arrow lays them out: one value behind the other. */
async function* textOf(
  messages: AsyncIterable<Uint8Array>,
  report: (rows: number) => void
): AsyncGenerator<Uint8Array> {
  let schema: Uint8Array | null = null;
  let rows = 0;
  for await (const message of messages) {
    if (!schema) {
      schema = message;
      continue;
    }
    const column = tableFromIPC([schema, message]).getChildAt(0);
    for (const batch of column.data) {
      const end = Number(batch.offsets[batch.length]);
      rows += batch.length;
      yield (batch.values as Uint8Array).slice(Number(batch.offsets[0]), end);
    }
    report(rows);
  }
}

const rowsPerGroup = 64;

/** The messages of a scan as Arrow streams of many batches each. */
async function* grouped(
  messages: AsyncIterable<Uint8Array>,
  report: (rows: number) => void
): AsyncGenerator<Uint8Array> {
  let schema: Uint8Array | null = null;
  let group: Uint8Array[] = [];
  let rows = 0;
  let some = false;
  for await (const message of messages) {
    if (!schema) {
      schema = message;
      continue;
    }
    group.push(message);
    rows += 2048;
    if (group.length < rowsPerGroup) continue;
    some = true;
    yield wholeStream([schema, ...group]);
    group = [];
    report(rows);
  }
  if (schema && (group.length > 0 || !some)) yield wholeStream([schema, ...group]);
}
