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
    main: i === 0
  }));
}
