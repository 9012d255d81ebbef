import type { Field } from '#lib/base/columns.ts';
import type { AnySchema, FieldInfo } from '#lib/cells/core/fields.ts';
import type { CellHandle } from '#lib/state/cell.svelte.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import type { Complete, CompletionItem } from '#lib/ui/editor/completion.ts';
import { keysAt, type NestedKey } from './nested-keys.ts';
import { yamlPlace } from './yaml-place.ts';

/** What an editor may offer: the names of the notebook as they are while it is typed in. */
interface Names {
  readonly relations: readonly { readonly name: string; readonly fields: readonly Field[] }[];
  readonly params: readonly string[];
  /** The relations this cell reads now; their columns come first. */
  readonly read: ReadonlySet<string>;
  readonly schema: AnySchema | undefined;
}

/** Completes relations, columns, parameters, keys and their values for the editor of a cell. */
export function completionOf(session: Session, cell: CellHandle): Complete {
  return (request) => {
    const before = request.text.slice(0, request.position);
    const word = /[\p{L}\p{N}_]*$/u.exec(before)![0];
    const from = request.position - word.length;
    const names = namesFor(session, cell);
    const lead = before.slice(0, from);
    if (lead.endsWith('$')) return { from, items: params(names) };
    const items = itemsFor(cell.block.language, lead, request.text, names);
    if (word === '' && !request.explicit && !/[.:$"]\s?$/.test(lead)) return null;
    return items.length > 0 ? { from, items } : null;
  };
}

function itemsFor(
  language: string,
  lead: string,
  text: string,
  names: Names
): readonly CompletionItem[] {
  switch (language) {
    case 'sql':
      return sql(lead, names);
    case 'yaml':
      return yaml(lead, text, names);
    case 'json':
      return json(lead, names);
    default:
      return relations(names);
  }
}

function sql(lead: string, names: Names): CompletionItem[] {
  const owner = /([\p{L}_][\p{L}\p{N}_]*)\.$/u.exec(lead)?.[1];
  if (owner !== undefined) {
    const own = names.relations.find((r) => r.name.toLowerCase() === owner.toLowerCase());
    return own ? columns(own) : [];
  }
  const afterFrom = /\b(?:from|join)\s+$/i.test(lead);
  if (afterFrom) return relations(names);
  return [
    ...readColumns(names),
    ...relations(names),
    ...params(names).map((p) => ({ ...p, label: `$${p.label}`, apply: `$${p.label}` })),
    ...functions,
    ...keywords
  ];
}

function yaml(lead: string, text: string, names: Names): CompletionItem[] {
  const place = yamlPlace(lead);
  const keys = names.schema ? keysAt(names.schema, place.path) : [];
  const present = new Set([...text.matchAll(/^([\p{L}_][\p{L}\p{N}_]*):/gmu)].map((m) => m[1]!));
  if (place.valueOf === null && keys.length > 0) {
    const taken = place.path.length === 0 ? present : place.beside;
    return keys
      .filter(({ key }) => !taken.has(key))
      .map(({ key, info, expected }) => ({
        label: key,
        kind: 'key',
        apply: `${key}: `,
        ...(info ? { detail: info.label, info: info.help } : expected ? { info: expected } : {})
      }));
  }
  const own = keys.find(({ key }) => key === place.valueOf) ?? parentOf(place.path, names);
  if (own && !own.info && own.options.length > 0)
    return own.options.map((label) => ({ label, kind: 'value' }));
  return valuesOf(own?.info, text, names);
}

/** The key whose value is being written, where that is no map of its own. */
function parentOf(path: readonly string[], { schema }: Names): NestedKey | undefined {
  if (!schema) return undefined;
  return keysAt(schema, path.slice(0, -1)).find(({ key }) => key === path.at(-1));
}

function valuesOf(info: FieldInfo | undefined, text: string, names: Names): CompletionItem[] {
  switch (info?.control) {
    case 'choice':
    case 'choices':
      return (info.options ?? []).map((label) => ({ label, kind: 'value' }));
    case 'toggle':
      return ['true', 'false'].map((label) => ({ label, kind: 'value' }));
    case 'relation':
      return relations(names);
    case 'column':
    case 'columns': {
      const named = new RegExp(`^${info.of ?? 'source'}:\\s*(\\S+)`, 'm').exec(text)?.[1];
      const own = names.relations.find((r) => r.name.toLowerCase() === named?.toLowerCase());
      return own ? columns(own) : readColumns(names);
    }
    default:
      return [...readColumns(names), ...relations(names)];
  }
}

function json(lead: string, names: Names): CompletionItem[] {
  if (/"name"\s*:\s*"$/.test(lead)) return relations(names);
  return /"(?:field|groupby|sort|lookup|key|as)"\s*:\s*\[?[^\]}]*"$/.test(lead)
    ? readColumns(names)
    : [];
}

function namesFor(session: Session, cell: CellHandle): Names {
  const outputs = session.graph.cells.flatMap((c) => (c.id === cell.id ? [] : c.outputs));
  const schema = cell.kind?.body.schema;
  const known = session.results.relations();
  return {
    relations: outputs.map((name) => ({
      name,
      fields: known.get(name.toLowerCase())?.fields ?? []
    })),
    params: Object.keys(session.graph.params),
    read: new Set((cell.node?.reads ?? []).map((input) => input.relation.toLowerCase())),
    schema: schema
  };
}

function relations(names: Names): CompletionItem[] {
  return names.relations.map(({ name }) => ({
    label: name,
    kind: 'relation',
    boost: names.read.has(name.toLowerCase()) ? 20 : 10
  }));
}

function columns(of: Names['relations'][number], boost = 40): CompletionItem[] {
  return of.fields.map((field) => ({
    label: field.name,
    kind: 'column',
    type: field.type,
    detail: of.name,
    apply: /^[\p{L}_][\p{L}\p{N}_]*$/u.test(field.name) ? field.name : `"${field.name}"`,
    boost
  }));
}

function readColumns(names: Names): CompletionItem[] {
  return names.relations
    .filter((r) => names.read.has(r.name.toLowerCase()))
    .flatMap((r) => columns(r));
}

function params(names: Names): CompletionItem[] {
  return names.params.map((label) => ({ label, kind: 'param' }));
}

const functions: readonly CompletionItem[] = (
  [
    ['sum', 'aggregate'],
    ['count', 'aggregate'],
    ['avg', 'aggregate'],
    ['min', 'aggregate'],
    ['max', 'aggregate'],
    ['median', 'aggregate'],
    ['quantile_cont', 'aggregate'],
    ['stddev_samp', 'aggregate'],
    ['arg_max', 'aggregate'],
    ['arg_min', 'aggregate'],
    ['approx_count_distinct', 'aggregate'],
    ['string_agg', 'aggregate'],
    ['date_trunc', 'time'],
    ['date_diff', 'time'],
    ['date_part', 'time'],
    ['strftime', 'time'],
    ['strptime', 'time'],
    ['coalesce', 'function'],
    ['nullif', 'function'],
    ['round', 'number'],
    ['abs', 'number'],
    ['greatest', 'number'],
    ['least', 'number'],
    ['lower', 'text'],
    ['upper', 'text'],
    ['trim', 'text'],
    ['regexp_matches', 'text'],
    ['regexp_replace', 'text'],
    ['split_part', 'text'],
    ['row_number', 'window'],
    ['lag', 'window'],
    ['lead', 'window'],
    ['rank', 'window']
  ] as const
).map(([label, detail]) => ({
  label,
  detail,
  kind: 'function' as const,
  apply: `${label}(`,
  boost: -10
}));

const keywords: readonly CompletionItem[] =
  'select from where group by all order by limit having qualify join left join asof join on using union all with as case when then else end and or not in is null like between distinct over partition by desc asc'
    .split(/ (?!by|all|join|null)/)
    .map((label) => ({ label, kind: 'keyword' as const, boost: -30 }));
