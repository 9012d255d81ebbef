import type { Block } from '#lib/notebook/model.ts';

/**
 * Identities for blocks, which have none in the file: the page keys on them, so that an editor stays open and
 * focused while the text around it changes. Blocks at both ends that read the same keep their keys; in between,
 * a block keeps the key of the old one with the same text, else of the cell with the same name, else of the next
 * old one of its type that is left over.
 */
export function carryKeys(
  before: readonly Block[],
  keys: readonly string[],
  after: readonly Block[],
  fresh: () => string
): string[] {
  let head = 0;
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && before[head]!.raw === after[head]!.raw) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail)!.raw === after.at(-1 - tail)!.raw) tail++;

  const old = range(head, before.length - tail);
  const now = range(head, after.length - tail);
  const out = after.map((): string | undefined => undefined);
  for (let i = 0; i < head; i++) out[i] = keys[i]!;
  for (let i = 1; i <= tail; i++) out[after.length - i] = keys[before.length - i]!;

  const free = new Set(old);
  const claim = (matches: (o: Block, n: Block) => boolean) => {
    for (const ni of now) {
      if (out[ni] !== undefined) continue;
      for (const oi of free) {
        if (!matches(before[oi]!, after[ni]!)) continue;
        out[ni] = keys[oi]!;
        free.delete(oi);
        break;
      }
    }
  };
  claim((o, n) => o.raw === n.raw);
  claim((o, n) => o.type === 'cell' && n.type === 'cell' && o.name === n.name && o.name !== '');
  claim((o, n) => o.type === n.type);
  return out.map((key) => key ?? fresh());
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
