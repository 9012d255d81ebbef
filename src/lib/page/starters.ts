import { kinds } from '#lib/cells/registry.ts';
import type { CellKind, Group } from '#lib/cells/core/define.ts';

/** What can be inserted: a kind with its plainest example, or another of its examples under its own title. */
export interface Starter {
  readonly id: string;
  readonly kind: string;
  readonly group: Group;
  readonly title: string;
  readonly summary: string;
  readonly body: string;
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  /** The tables its text was written for. */
  readonly given: readonly string[];
  /** Whether it is the kind itself rather than one more example. */
  readonly main: boolean;
}

const order: readonly Group[] = ['data', 'behaviour', 'demand', 'supply', 'live'];

/** Every kind in the order of the groups, each followed by its further examples. */
export function starters(): readonly Starter[] {
  return [...kinds.values()]
    .sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || a.kind.localeCompare(b.kind))
    .flatMap(ofKind);
}

function ofKind(kind: CellKind): Starter[] {
  const examples = kind.examples.length > 0 ? kind.examples : [{ title: kind.title, body: '' }];
  return examples.map((example, i) => ({
    id: `${kind.kind}-${i}`,
    kind: kind.kind,
    group: kind.group,
    title: i === 0 ? kind.title : example.title,
    summary: i === 0 ? kind.summary : kind.title,
    body: example.body,
    name: ('name' in example ? example.name : undefined) ?? kind.kind,
    flags: ('flags' in example ? example.flags : undefined) ?? {},
    given: 'given' in example ? Object.keys(example.given) : [],
    main: i === 0
  }));
}

/** The text of a starter about `table` instead of the table of its example, where that is the only one it reads; a query begins with all of it. */
export function bodyAbout(starter: Starter, table: string | undefined): string {
  const { body, given, kind, main } = starter;
  if (kind === 'query' && main && table !== undefined) return `select *\nfrom ${table}`;
  const [only, ...others] = given;
  if (table === undefined || only === undefined || others.length > 0) return body;
  const name = only.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const place = new RegExp(`((?:^source: |\\bfrom |"name": ?"))${name}(?![\\p{L}\\p{N}_])`, 'gimu');
  return body.replace(place, (_, before: string) => before + table);
}
