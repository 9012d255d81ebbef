import { ProblemError, type Problem } from '#lib/base/problem.ts';
import { nearest } from '#lib/base/nearest.ts';
import type { RunContext } from '#lib/cells/core/context.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import { quoteName } from '#lib/sql/quote.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import { insertAny } from '../insert-any.ts';
import { ClickHouse } from './clickhouse.ts';
import { remoteLimits, type RemoteEngine, type RemoteLimits } from './engine.ts';

/** What a source asks of an engine elsewhere. */
export interface RemoteSource {
  readonly connection: string;
  readonly query: string;
}

/** The connection of that name; a problem that offers to make it when there is none. */
export function connectionOf(
  connections: ReadonlyMap<string, Connection>,
  name: string
): Connection {
  const found = connections.get(name);
  if (found) return found;
  const known = [...connections.keys()];
  throw fail('remote.no-connection', {
    connection: name,
    nearest: nearest(name, known),
    known: known.join(', ')
  });
}

/** Brings the rows of a query into the table `stage`, at most as many as the limits say, and warns of what was cut. */
export async function loadRemote(
  relations: DuckDbRelations,
  connection: Connection,
  query: string,
  stage: string,
  ctx: RunContext,
  limits: RemoteLimits = remoteLimits
): Promise<{ readonly rows: number; readonly bytes: number }> {
  const engine = new ClickHouse(connection);
  const sql = query.replace(/[\s;]+$/, '');
  let rows = 0;
  let bytes = 0;
  let more = false;
  await relations.drop([stage]);
  for await (const batch of engine.query(sql, limits, ctx.signal)) {
    bytes += batch.ipc.length;
    await insertAny(relations, stage, batch.ipc, rows === 0 && batch.rows === 0);
    rows += batch.rows;
    more = rows > limits.rows || bytes > limits.bytes;
    ctx.progress({ done: Math.min(rows, limits.rows), unit: 'rows' });
    await ctx.checkpoint();
    if (more) break;
  }
  const kept = Math.min(rows, limits.rows);
  if (rows > kept) {
    await relations.execute(`DELETE FROM ${quoteName(stage)} WHERE rowid >= ${kept}`);
  }
  if (more) ctx.warn(await cut(engine, sql, kept, limits, ctx.signal));
  await plainTimes(relations, stage);
  return { rows: kept, bytes };
}

async function cut(
  engine: RemoteEngine,
  sql: string,
  kept: number,
  limits: RemoteLimits,
  signal: AbortSignal
): Promise<Problem> {
  const all = await engine.count(sql, signal);
  const size = `${Math.round(limits.bytes / (1 << 20))} MB`;
  const most = `${limits.rows.toLocaleString('en')} rows or ${size}`;
  return problem('remote.cut', { kept, all: all ?? -1, most });
}

/** Times come in UTC; they are kept without a zone, as those of files are. */
async function plainTimes(relations: DuckDbRelations, table: string): Promise<void> {
  const info = await relations.describe(table);
  for (const { name, sqlType } of info?.fields ?? []) {
    if (sqlType !== 'TIMESTAMP WITH TIME ZONE') continue;
    await relations.execute(
      `ALTER TABLE ${quoteName(table)} ALTER ${quoteName(name)} TYPE TIMESTAMP USING ${quoteName(name)}::TIMESTAMP`
    );
  }
}

/** A problem placed by line of the query, placed by line of the cell instead, where the query stands under `query:`. */
export function placedInCell(error: unknown, query: string, body: string): unknown {
  if (!(error instanceof ProblemError) || !error.problem.span) return error;
  const { span, ...rest } = error.problem;
  const written = query.split('\n')[span.line - 1]?.trim() ?? '';
  const lines = body.split('\n');
  const from = lines.findIndex((line) => /\bquery\s*:/.test(line));
  const at = lines.findIndex((line, i) => i >= from && written !== '' && line.includes(written));
  return new ProblemError(at < 0 ? rest : { ...rest, span: { line: at + 1 } });
}
