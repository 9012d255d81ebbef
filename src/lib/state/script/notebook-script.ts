import type { Field } from '#lib/base/columns.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import type { Graph, GraphCell } from '#lib/notebook/graph-model.ts';
import type { Outcome } from '#lib/runtime/engine.ts';
import { bindParams } from '#lib/sql/bind.ts';
import { nameKey, quoteName } from '#lib/sql/quote.ts';
import { readFiles } from './read-files.ts';

/** What a script is written from: the graph, what came of each cell, and the rows of `data` cells. */
export interface ScriptInput {
  readonly title: string;
  readonly graph: Graph;
  outcomeOf(id: string): Outcome | undefined;
  /** A relation as CREATE TABLE and INSERTs. */
  rowsOf(relation: string): Promise<string>;
}

/**
 * The SQL of a notebook as one script for DuckDB, in the order of what reads what. Queries and cleaning steps are
 * statements, sources read their files with the options that were found, parameters are literals; written data, and
 * small sources that only the workbench reads, are rows. What no SQL does is a comment and an empty table of its columns, for the reader to fill.
 */
export async function notebookScript(input: ScriptInput): Promise<string> {
  const { title, graph } = input;
  const parts = [
    remark(
      `${title || 'Notebook'}: its SQL, for DuckDB 1.4 or newer. Files are looked for in the working directory.`
    )
  ];
  for (const id of graph.order) {
    const cell = graph.byId.get(id);
    if (cell) parts.push(await cellScript(cell, input));
  }
  const left = graph.cells.filter(({ id }) => !graph.order.includes(id));
  for (const { kindName, name, status } of left) {
    parts.push(remark(`${kindName} ${name} is left out: it is ${reasons[status]}.`));
  }
  return parts.join('\n');
}

/** Sources that DuckDB does not read by itself are written out up to this many rows. */
const mostRows = 100_000;

const reasons: Readonly<Record<GraphCell['status'], string>> = {
  ready: 'in a circle',
  off: 'switched off',
  'unknown-kind': 'of a kind that is not known',
  faulty: 'faulty'
};

async function cellScript(node: GraphCell, input: ScriptInput): Promise<string> {
  const { name, kindName, cell } = node;
  const outcome = input.outcomeOf(node.id);
  const others = outcome?.relations.filter((r) => nameKey(r.name) !== nameKey(name)) ?? [];
  const rest = others.map(emptyTable).join('');
  const head = remark(`${kindName} ${name}`);
  const report = outcome?.report as { readonly sql?: unknown } | null | undefined;
  const config = cell?.config as { readonly statement?: string } | null | undefined;
  if (kindName === 'query' && config?.statement !== undefined) {
    return head + tableAs(name, bindParams(config.statement, cell?.params ?? {}));
  }
  if (!outcome) return head + remark('It has not run, so its columns are not known.');
  const own = outcome.relations.find((r) => nameKey(r.name) === nameKey(name));
  if (kindName === 'clean' && typeof report?.sql === 'string') {
    // What steps found and counted stands as rows: other recipes may take it up.
    const found = await Promise.all(others.map((other) => input.rowsOf(other.name)));
    return head + tableAs(name, report.sql) + found.join('');
  }
  if (own && (kindName === 'data' || kindName === 'param')) {
    return head + (await input.rowsOf(own.name));
  }
  const files = own && kindName === 'source' ? readFiles(node, own, outcome.report) : null;
  if (files !== null) return head + tableAs(name, files) + rest;
  if (own && kindName === 'source' && own.rows <= mostRows) {
    return head + remark(whyRows(node)) + (await input.rowsOf(own.name)) + rest;
  }
  if (outcome.relations.length === 0) return head + remark('It makes no table.');
  return head + remark(whyEmpty(node)) + outcome.relations.map(emptyTable).join('');
}

/** Why a source is written as rows. */
function whyRows(node: GraphCell): string {
  return originOf(node) ?? 'DuckDB alone does not read this source alike: these are its rows.';
}

/** Why tables of a cell are written without their rows. */
function whyEmpty(node: GraphCell): string {
  const { kind, kindName } = node;
  const why = originOf(node) ?? `No SQL does this: ${kind?.summary ?? kindName}.`;
  return `${why}\nIts rows must be supplied.`;
}

/** The engine elsewhere that a cell's rows come from; null for other cells. */
function originOf({ cell }: GraphCell): string | null {
  const { engine } = (cell?.config ?? {}) as { engine?: { connection: string; query: string } };
  return engine
    ? `Its rows come from the connection ${engine.connection}, by this query:\n${engine.query}`
    : null;
}

function tableAs(name: string, select: string): string {
  return `CREATE TABLE ${quoteName(name)} AS\n${select.trim().replace(/;+$/, '')}\n;\n`;
}

function emptyTable({ name, fields }: RelationInfo): string {
  const columns = fields.map((field) => `  ${quoteName(field.name)} ${typeOf(field)}`);
  return `CREATE TABLE ${quoteName(name)} (\n${columns.join(',\n')}\n);\n`;
}

const usual: Readonly<Record<Field['type'], string>> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  boolean: 'BOOLEAN',
  text: 'VARCHAR',
  other: 'VARCHAR'
};

function typeOf({ type, sqlType }: Field): string {
  return sqlType === undefined || sqlType === '"NULL"' ? usual[type] : sqlType;
}

/** A comment, whatever lines its text has. */
function remark(text: string): string {
  return `${text
    .split(/\r\n|\r|\n/)
    .map((line) => `-- ${line}`)
    .join('\n')}\n`;
}
