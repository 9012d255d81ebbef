import { nearest } from '#lib/base/nearest.ts';
import { ProblemError, type Scalar, type Span } from '#lib/base/problem.ts';
import { spanOf } from '#lib/base/span.ts';
import type { Cell } from '#lib/cells/core/context.ts';
import type { CellKind, Input } from '#lib/cells/core/define.ts';
import { scanJson } from '#lib/cells/core/json.ts';
import { readYaml } from '#lib/cells/core/yaml.ts';
import { problem } from '#lib/problems/index.ts';
import { scanNames } from '#lib/sql/names.ts';
import { nameKey } from '#lib/sql/quote.ts';
import { scanSql } from '#lib/sql/scan.ts';
import { isFaulty, type Draft } from './graph-draft.ts';
import { paramsOfScript } from './js-names.ts';
import { withParamProblems, type Params } from './graph-params.ts';

/** Who makes a relation: its name as made, and the cell's id. */
export interface Maker {
  readonly relation: string;
  readonly id: string;
}

/** What cells can refer to. Keys are `nameKey`s. */
export interface Scope {
  readonly params: Params;
  readonly makers: ReadonlyMap<string, Maker>;
  /** Names of cells that are off and that no other cell has. */
  readonly off: ReadonlyMap<string, string>;
  /** Names of cells of unknown kinds: whatever starts with one may be an output of it. */
  readonly unknown: readonly Maker[];
}

/** Parses a cell's body and finds what it reads; everything that is wrong becomes a problem of the draft. */
export function readCell(draft: Draft, scope: Scope): void {
  const { kind, block, text } = draft;
  if (!kind || draft.off || block.broken !== null || block.conflict) return;
  const { params } = scope;
  const parsed = draft.parsed ?? kind.body.parse(text, params.values);
  draft.problems.push(...withParamProblems(parsed.problems, params.cells, scope.off));
  const isSql = kind.body.language === 'sql';
  if (isSql) readSqlBody(draft, scope);
  const config = parsed.config;
  const cell: Cell = {
    name: block.name,
    kind: kind.kind,
    body: text,
    config,
    params: usedParams(draft, parsed.usesParams, params),
    flags: block.flags
  };
  if (config === null) return;
  const found = askKind(draft, kind, cell);
  if (!found) return;
  const inputs = new Map<string, Input>();
  for (const input of found.reads) take(input, input.key);
  const fragments = isSql ? [text] : found.fragments;
  for (const fragment of fragments) {
    const at = text.indexOf(fragment);
    const place = (from: number, to: number) =>
      at < 0 ? undefined : spanOf(text, at + from, at + to);
    if (!isSql) readParamsOf(draft, fragment, place, scope);
    for (const { key, from, to } of scanNames(fragment).references) {
      const maker = makerOf(key, scope);
      if (maker) take({ relation: maker.relation }, undefined, place(from, to));
      else readOff(draft, key, scope, place(from, to));
    }
  }
  draft.cell = isFaulty(draft) ? null : cell;
  draft.reads = [...inputs.values()];
  draft.follows = found.follows;

  function take(input: Input, key: string | undefined, span?: Span): void {
    const name = nameKey(input.relation);
    const maker = makerOf(name, scope);
    const at = () =>
      span ?? (key === undefined ? undefined : spanOfInput(draft, key, input.relation));
    if (!maker) {
      if (readOff(draft, name, scope, at())) return;
      const known = [...scope.makers.values()].map((m) => m.relation);
      const near = nearest(input.relation, known);
      const unknown = { name: input.relation, nearest: near };
      draft.problems.push(problem('cell.relation-unknown', unknown, at()));
      return;
    }
    if (maker.id === draft.id) {
      draft.problems.push(problem('cell.self-read', { name: input.relation }, at()));
      return;
    }
    draft.needs.add(maker.id);
    inputs.set(name, merged(inputs.get(name), input));
  }
}

/** Two reads of one relation: the columns of both, or all of them. */
function merged(before: Input | undefined, input: Input): Input {
  if (!before) return input;
  const { relation } = before;
  const key = before.key === undefined ? {} : { key: before.key };
  if (!before.columns || !input.columns) return { relation, ...key };
  return { relation, columns: [...new Set([...before.columns, ...input.columns])], ...key };
}

function makerOf(key: string, scope: Scope): Maker | undefined {
  return (
    scope.makers.get(key) ??
    scope.unknown.find(({ relation }) => key.startsWith(`${nameKey(relation)}_`))
  );
}

/** What the kind says of the cell; a problem it throws becomes the cell's. */
function askKind(draft: Draft, kind: CellKind, cell: Cell) {
  try {
    return {
      reads: kind.reads(cell),
      fragments: kind.sqlOf?.(cell) ?? [],
      follows: kind.follows?.(cell) ?? []
    };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    draft.problems.push(error.problem);
    return null;
  }
}

/** Parameters of a SQL body, and the reserved `{{`. */
function readSqlBody(draft: Draft, scope: Scope): void {
  const place = (from: number, to: number) => spanOf(draft.text, from, to);
  readParamsOf(draft, draft.text, place, scope);
  const tokens = scanSql(draft.text);
  const opens = (i: number) => tokens[i]?.kind === 'symbol' && tokens[i].value === '{';
  const at = tokens.findIndex((_, i) => opens(i) && opens(i + 1));
  if (at < 0) return;
  const { from } = tokens[at]!;
  draft.problems.push(problem('config.template', {}, place(from, from + 2)));
}

function readParamsOf(
  draft: Draft,
  sql: string,
  place: (from: number, to: number) => Span | undefined,
  { params, off }: Scope
): void {
  const told = new Set<string>();
  for (const { kind, value: name, from, to } of scanSql(sql)) {
    const key = nameKey(name);
    if (kind !== 'param' || told.has(key)) continue;
    told.add(key);
    const holder = params.cells.get(key);
    if (holder) {
      draft.needs.add(holder.id);
      if (valueOf(params, key) === undefined) {
        draft.problems.push(problem('cell.param-faulty', { name }, place(from, to)));
      }
    } else if (off.has(key)) {
      draft.problems.push(problem('cell.reads-off', { name: off.get(key)! }, place(from, to)));
    } else {
      const known = Object.keys(params.values).join(', ');
      draft.problems.push(problem('config.param-unknown', { name, known }, place(from, to)));
    }
  }
}

/** The parameters a body names, with their values; the cell then needs their cells. */
function usedParams(
  draft: Draft,
  usesParams: readonly string[],
  params: Params
): Record<string, Scalar> {
  const keys = new Set([...usesParams, ...paramsIn(draft)].map(nameKey));
  const used: Record<string, Scalar> = {};
  for (const key of keys) {
    const holder = params.cells.get(key);
    if (!holder || holder === draft) continue;
    draft.needs.add(holder.id);
    const value = valueOf(params, key);
    if (value !== undefined) used[holder.block.name] = value;
  }
  return used;
}

function paramsIn({ text, kind }: Draft): string[] {
  switch (kind!.body.language) {
    case 'yaml':
      return [...text.matchAll(/\$([\p{L}_][\p{L}\p{N}_]*)/gu)].map((m) => m[1]!);
    case 'sql':
      return scanSql(text).flatMap((t) => (t.kind === 'param' ? [t.value] : []));
    case 'js':
      return paramsOfScript(text);
    default:
      return [];
  }
}

function valueOf({ values, cells }: Params, key: string): Scalar | undefined {
  const name = cells.get(key)?.block.name;
  return name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}

/** A problem, and true, if the name is that of a cell that is off. */
function readOff(draft: Draft, key: string, scope: Scope, span: Span | undefined): boolean {
  const name = scope.off.get(key);
  if (name === undefined) return false;
  draft.problems.push(problem('cell.reads-off', { name }, span));
  return true;
}

/** Where a body names an input: at its key in YAML, at the text in JSON; flags stand outside the body. */
function spanOfInput(draft: Draft, key: string, relation: string): Span | undefined {
  if (draft.kind?.body.language === 'yaml') {
    const path = key.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    return readYaml(draft.text, {}).spanOf(path);
  }
  if (draft.kind?.body.language !== 'json') return undefined;
  const text = scanJson(draft.text).texts.find((t) => t.value === relation);
  return text && spanOf(draft.text, text.from, text.to);
}
