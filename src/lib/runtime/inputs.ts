import { hash128 } from '#lib/base/hash.ts';
import type { LoadFrom } from '#lib/cells/core/loader.ts';
import type { Graph } from '#lib/notebook/graph-model.ts';
import { nameKey } from '#lib/sql/quote.ts';
import type { Basis, CellRecord, Inputs, Token, WholeBasis } from './cell-record.ts';
import type { Follow } from './engine.ts';
import type { RunId, StaleReason } from './states.ts';

export type Records = ReadonlyMap<string, CellRecord>;

/**
 * How a cell stands towards its readers: `usable` now, `pending` (about to run or running), `missing` (at rest without
 * a valid result), or `blocking` (failed, or blocked itself).
 */
export type Standing = 'usable' | 'pending' | 'missing' | 'blocking';

export function standingOf(record: CellRecord): Standing {
  if (record.cell.status !== 'ready') return 'blocking';
  if (record.want) return 'pending';
  if (record.active) return record.state.at === 'live' ? 'usable' : 'pending';
  switch (record.state.at) {
    case 'blocked':
      return 'blocking';
    case 'error':
      if (record.bad || record.state.gate) return 'blocking';
      break;
    case 'done':
      break;
    case 'cancelled':
      return record.published?.live ? 'usable' : 'missing';
    default:
      return 'missing';
  }
  return record.provisional ? 'pending' : 'usable';
}

export function upstreamOf(record: CellRecord, records: Records): CellRecord[] {
  return record.cell.upstream.flatMap((id) => records.get(id) ?? []);
}

/** The content of every input by relation, or null while one is not there. */
export function inputsOf(record: CellRecord, graph: Graph, records: Records): Inputs | null {
  if (upstreamOf(record, records).some((u) => standingOf(u) !== 'usable')) return null;
  const { reads, follows } = record.cell;
  const followed = new Set(follows.map(nameKey));
  const inputs = new Map<string, Token>();
  for (const relation of new Set([...reads.map((r) => nameKey(r.relation)), ...followed])) {
    const producer = records.get(graph.producers.get(relation) ?? '');
    if (!producer || producer === record) continue;
    const token = tokenOf(producer, relation, followed.has(relation));
    if (!token) return null;
    inputs.set(relation, token);
  }
  return inputs;
}

/** What it follows, with the clock of whichever cell makes it. */
export function followsOf(record: CellRecord, graph: Graph, records: Records): Follow[] {
  return record.cell.follows.map((relation) => {
    const producer = records.get(graph.producers.get(nameKey(relation)) ?? '')?.cell;
    const clock = producer?.cell ? producer.kind?.clock?.(producer.cell) : undefined;
    return { relation, clock: clock ?? null };
  });
}

function tokenOf(producer: CellRecord, relation: string, follow: boolean): Token | null {
  const { published } = producer;
  if (!published) return null;
  const { version } = published;
  if (follow) return { key: published.followKey, version, follow };
  if (published.live && !published.relations.has(relation)) return null;
  return { key: published.key, version, follow };
}

/** Whether a result made from `basis` is right now. What is unknown on either side counts as equal. */
export function matches(basis: Basis, now: Basis): boolean {
  return (
    sameSelf(basis, now) &&
    (!basis.inputs || !now.inputs || sameInputs(basis.inputs, now.inputs, current))
  );
}

/** Whether a run begun from `basis` is still worth finishing. */
export function holds(basis: Basis, now: Basis): boolean {
  return (
    sameSelf(basis, now) &&
    (!basis.inputs || !now.inputs || sameInputs(basis.inputs, now.inputs, sameVersion))
  );
}

function sameSelf(a: Basis, b: Basis): boolean {
  const sameFiles = a.mark === b.mark || a.mark === null || b.mark === null;
  return a.text === b.text && sameFiles;
}

function sameInputs(a: Inputs, b: Inputs, same: (a: Token, b: Token) => boolean): boolean {
  if (a.size !== b.size) return false;
  for (const [name, token] of a) {
    const other = b.get(name);
    if (!other || !same(token, other)) return false;
  }
  return true;
}

function current(a: Token, b: Token): boolean {
  return a.key === b.key && (!a.follow || a.version === b.version);
}

function sameVersion(a: Token, b: Token): boolean {
  return a.version === b.version;
}

/** The version of a result: its content, or, downstream of a stream, the runs it goes back to. */
export function versionOf(basis: WholeBasis, contentHash: string): string {
  const tokens = [...basis.inputs];
  if (!tokens.some(([, { version }]) => isOfRun(version))) return contentHash;
  const versions = tokens.map(([name, { version }]) => `${name}=${version}`).sort();
  return versionOfRun(hash128([basis.text, ...versions].join('\n')));
}

/** The version of what a stream makes in one run, however far it has come. */
export function versionOfRun(run: RunId | string): string {
  return `run:${run}`;
}

export function isOfRun(version: string): boolean {
  return version.startsWith('run:');
}

/** Why the result of a cell at rest is not right. */
export function staleReason(record: CellRecord, graph: Graph, records: Records): StaleReason {
  if (record.lost !== null) {
    return record.lost === record.text ? { why: 'engine-restarted' } : { why: 'edited' };
  }
  const before = record.good ?? record.bad;
  if (!before) return { why: 'never-run' };
  if (before.text !== record.text) return { why: 'edited' };
  const changed = record.cell.reads
    .map((r) => r.relation)
    .filter((relation) => {
      const producer = records.get(graph.producers.get(nameKey(relation)) ?? '');
      if (!producer || producer === record) return false;
      if (standingOf(producer) !== 'usable') return true;
      const follow = record.cell.follows.some((f) => nameKey(f) === nameKey(relation));
      const now = tokenOf(producer, nameKey(relation), follow);
      const then = before.inputs?.get(nameKey(relation));
      return !now || !then || !current(then, now);
    });
  const files =
    record.mark !== null && before.mark !== null && before.mark !== record.mark
      ? [fileOf(record)]
      : [];
  return { why: 'inputs', inputs: [...new Set([...changed, ...files])] };
}

/** Whether a stream that has not ended lies upstream, at any distance. */
export function readsLive(record: CellRecord, records: Records): boolean {
  const seen = new Set<string>();
  const visit = (r: CellRecord): boolean =>
    upstreamOf(r, records).some((u) => {
      if (seen.has(u.id)) return false;
      seen.add(u.id);
      return u.state.at === 'live' || visit(u);
    });
  return visit(record);
}

/** What a source cell takes its rows from, as the engine wants to hear it. */
export function filesOf(record: CellRecord): LoadFrom | null {
  const { cell, kind } = record.cell;
  if (kind?.mode !== 'load' || !cell) return null;
  const { file, example, url, engine } = cell.config as {
    file?: unknown;
    example?: unknown;
    url?: unknown;
    engine?: { connection: string };
  };
  return {
    ...(typeof file === 'string' ? { file } : {}),
    ...(typeof example === 'string' ? { example } : {}),
    ...(typeof url === 'string' ? { url } : {}),
    ...(engine ? { connection: engine.connection } : {})
  };
}

function fileOf(record: CellRecord): string {
  const { file, example, url, connection } = filesOf(record) ?? {};
  return file ?? example ?? url ?? connection ?? record.cell.name;
}
