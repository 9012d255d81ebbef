import { problem } from '#lib/problems/index.ts';
import { nameKey } from '#lib/sql/quote.ts';
import { fenceLine, type Draft } from './graph-draft.ts';

/** Names that stand more than once, and relations that two cells would make: a problem on each of them. */
export function findClashes(drafts: readonly Draft[]): void {
  const active = drafts.filter((d) => !d.off && d.block.broken !== 'bad-name');
  const named = groupBy(active, (d) => [nameKey(d.block.name)]);
  for (const group of named.values()) {
    if (group.length < 2) continue;
    for (const draft of group) {
      const lines = group.filter((d) => d !== draft).map(fenceLine);
      const others = `line${lines.length > 1 ? 's' : ''} ${lines.join(', ')}`;
      draft.problems.push(problem('cell.duplicate', { name: draft.block.name, others }));
    }
  }
  const makers = groupBy(active, (d) => [
    ...new Set([nameKey(d.block.name), ...d.outputs.map(nameKey)])
  ]);
  for (const [key, group] of makers) {
    if (group.length < 2 || named.get(key)?.length === group.length) continue;
    for (const draft of group) {
      const other = group.find((d) => nameKey(d.block.name) !== nameKey(draft.block.name));
      if (!other) continue;
      const table = draft.outputs.find((o) => nameKey(o) === key) ?? draft.block.name;
      const owner = other.block.name;
      draft.problems.push(problem('cell.output-taken', { table, owner, line: fenceLine(other) }));
    }
  }
}

/** Cells that need each other: a problem with the shortest way round on every cell of a circle. */
export function findCycles(drafts: readonly Draft[]): void {
  const byId = new Map(drafts.map((d, i) => [d.id, { draft: d, place: i }]));
  for (const draft of withoutEnds(drafts)) {
    const path = wayRound(draft, byId);
    if (!path) continue;
    const first = path.reduce((a, b) => (byId.get(b)!.place < byId.get(a)!.place ? b : a));
    const at = path.indexOf(first);
    const turned = [...path.slice(at), ...path.slice(0, at), first];
    const names = turned.map((id) => byId.get(id)!.draft.id);
    draft.problems.push(problem('cell.cycle', { path: names.join(' → ') }));
  }
}

type ById = ReadonlyMap<string, { readonly draft: Draft; readonly place: number }>;

/** Ids from `draft` along those that read it back to itself; null if there is no way. Breadth first over what is needed. */
function wayRound(draft: Draft, byId: ById): string[] | null {
  const readBy = new Map<string, string>();
  let front = [draft.id];
  while (front.length > 0) {
    const next: string[] = [];
    for (const id of front) {
      for (const need of byId.get(id)?.draft.needs ?? []) {
        if (need === draft.id) return wayFrom(draft.id, id, readBy);
        if (readBy.has(need)) continue;
        readBy.set(need, id);
        next.push(need);
      }
    }
    front = next;
  }
  return null;
}

/** `start`, then what reads it, and so on back to before `start`. */
function wayFrom(start: string, first: string, readBy: ReadonlyMap<string, string>): string[] {
  const path = [start];
  for (let id = first; id !== start; id = readBy.get(id)!) path.push(id);
  return path;
}

/** The cells left when those that need nothing left, or are needed by nothing left, are taken away again and again. */
function withoutEnds(drafts: readonly Draft[]): Draft[] {
  const left = new Map(drafts.map((d) => [d.id, d]));
  for (let before = -1; before !== left.size;) {
    before = left.size;
    const needed = new Set([...left.values()].flatMap((d) => [...d.needs]));
    for (const [id, draft] of left) {
      const free = ![...draft.needs].some((need) => left.has(need));
      if (free || !needed.has(id)) left.delete(id);
    }
  }
  return [...left.values()];
}

function groupBy(
  drafts: readonly Draft[],
  keysOf: (draft: Draft) => readonly string[]
): Map<string, Draft[]> {
  const groups = new Map<string, Draft[]>();
  for (const draft of drafts) {
    for (const key of keysOf(draft)) {
      const group = groups.get(key);
      if (group) group.push(draft);
      else groups.set(key, [draft]);
    }
  }
  return groups;
}
