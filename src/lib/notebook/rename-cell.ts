import { isMap, isScalar, isSeq, parseDocument, type Node } from 'yaml';
import { ProblemError, type Scalar } from '#lib/base/problem.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import { fieldInfo } from '#lib/cells/core/fields.ts';
import { scanJson } from '#lib/cells/core/json.ts';
import { nameKey } from '#lib/sql/quote.ts';
import { renameParam, renameRelations } from '#lib/sql/rename.ts';
import { withBody, withFlag } from './fence.ts';
import { renameScriptParam, renameVariables } from './js-names.ts';
import { withEol, type Eol } from './lines.ts';
import type { CellBlock } from './model.ts';
import { setYamlValue } from './yaml-edit.ts';

/** Old to new: relations by `nameKey`, and the parameter if the cell is one. */
export interface Renaming {
  readonly relations: ReadonlyMap<string, string>;
  readonly param: { readonly from: string; readonly to: string } | null;
}

/** The raw text of a cell with its references rewritten; the same text if it has none. */
export function rewritten(
  block: CellBlock,
  kind: CellKind,
  params: Readonly<Record<string, Scalar>>,
  renaming: Renaming,
  eol: Eol
): string {
  const body = newBody(block, kind, params, renaming);
  const raw = body === block.body ? block.raw : withBody(block, body, eol);
  const reads = block.flags['reads'];
  if (kind.mode !== 'script' || reads === undefined) return raw;
  const renamed = reads
    .split(',')
    .map((name) => renaming.relations.get(nameKey(name.trim())) ?? name)
    .join(',');
  return renamed === reads ? raw : withFlag({ ...block, raw }, 'reads', renamed);
}

function newBody(
  block: CellBlock,
  kind: CellKind,
  params: Readonly<Record<string, Scalar>>,
  renaming: Renaming
): string {
  switch (kind.body.language) {
    case 'sql':
      return inSql(block.body, renaming);
    case 'yaml':
      return inYaml(block, kind, params, renaming);
    case 'json':
      return inJson(block.body, renaming);
    case 'js':
      return inScript(block, renaming);
    default:
      return block.body;
  }
}

function inSql(sql: string, { relations, param }: Renaming): string {
  const renamed = renameRelations(sql, relations);
  return param ? renameParam(renamed, param.from, param.to) : renamed;
}

/** Tables of a script are variables under the names in `reads=`, spelled as there; parameters belong to `$params`. */
function inScript({ body, flags }: CellBlock, { relations, param }: Renaming): string {
  const variables = new Map<string, string>();
  for (const name of (flags['reads'] ?? '').split(',').map((n) => n.trim())) {
    const to = relations.get(nameKey(name));
    if (to !== undefined) variables.set(name, to);
  }
  const renamed = variables.size === 0 ? body : renameVariables(body, variables);
  return param ? renameScriptParam(renamed, param.from, param.to) : renamed;
}

/** Data sets of a chart, wherever they stand: `data: { name }`. */
function inJson(json: string, { relations }: Renaming): string {
  let out = '';
  let at = 0;
  for (const { path, value, from, to } of scanJson(json).texts) {
    const name = relations.get(nameKey(value));
    if (name === undefined || path.at(-1) !== 'name' || path.at(-2) !== 'data') continue;
    out += json.slice(at, from) + JSON.stringify(name);
    at = to;
  }
  return out + json.slice(at);
}

type Path = readonly (string | number)[];

/** A text is a reference if changing it changes what the kind says it reads. */
function inYaml(
  block: CellBlock,
  kind: CellKind,
  params: Readonly<Record<string, Scalar>>,
  renaming: Renaming
): string {
  let body = block.body;
  let said = ask(block, body, kind, params);
  for (const { path, value, plain } of scalarsOf(withEol(body, '\n'))) {
    const relation = asRelation(value, renaming);
    if (relation !== value) {
      const next = setYamlValue(body, path, relation);
      const then = ask(block, next, kind, params);
      const refers = said
        ? then !== null && old(then.reads, renaming) < old(said.reads, renaming)
        : isRelationField(kind, path);
      if (refers) [body, said] = [next, then];
      if (refers) continue;
    }
    const text = asParam(value, plain, renaming) ?? asFragment(value, said?.sql ?? [], renaming);
    if (text !== value) body = setYamlValue(body, path, text);
  }
  return body;
}

/** `relation` or `relation.column`. */
function asRelation(value: string, { relations }: Renaming): string {
  const [relation, ...columns] = value.split('.');
  return [relations.get(nameKey(relation!)) ?? relation, ...columns].join('.');
}

function asParam(value: string, plain: boolean, { param }: Renaming): string | null {
  return plain && param && nameKey(value) === nameKey(`$${param.from}`) ? `$${param.to}` : null;
}

function asFragment(value: string, fragments: readonly string[], renaming: Renaming): string {
  return fragments.some((fragment) => fragment.includes(value)) ? inSql(value, renaming) : value;
}

interface Said {
  readonly reads: readonly string[];
  readonly sql: readonly string[];
}

/** What the kind says the cell reads under some body; null if the body cannot be read. */
function ask(
  { name, flags }: CellBlock,
  body: string,
  kind: CellKind,
  params: Readonly<Record<string, Scalar>>
): Said | null {
  const text = withEol(body, '\n');
  const { config } = kind.body.parse(text, params);
  if (config === null) return null;
  const cell = { name, kind: kind.kind, body: text, config, params, flags };
  try {
    const reads = kind.reads(cell).map((input) => nameKey(input.relation));
    return { reads, sql: kind.sqlOf?.(cell) ?? [] };
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** How many of the reads go by a name from before. */
function old(reads: readonly string[], { relations }: Renaming): number {
  return reads.filter((key) => relations.has(key)).length;
}

/** For a body that cannot be read whole: the schema's word. */
function isRelationField(kind: CellKind, path: Path): boolean {
  const schema = kind.body.schema?.entries[String(path[0])];
  return schema !== undefined && fieldInfo(schema)?.control === 'relation';
}

function scalarsOf(text: string): { path: Path; value: string; plain: boolean }[] {
  const found: { path: Path; value: string; plain: boolean }[] = [];
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false });
  if (document.errors.length === 0) walk(document.contents, []);
  return found;

  function walk(node: Node | null, path: Path): void {
    if (isMap(node)) {
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : '';
        walk(pair.value as Node | null, [...path, key]);
      }
    } else if (isSeq(node)) {
      for (const [i, item] of node.items.entries()) walk(item as Node | null, [...path, i]);
    } else if (isScalar(node) && typeof node.value === 'string') {
      found.push({ path, value: node.value, plain: node.type === 'PLAIN' });
    }
  }
}
