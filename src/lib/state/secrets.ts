import { secretInUrl } from '#lib/cells/core/secrets.ts';
import type { Block, CellBlock, Notebook } from '#lib/notebook/model.ts';

/** A secret that the text of a notebook holds, without the secret itself. */
export interface FoundSecret {
  /** The cell it stands in; null for prose. */
  readonly cell: string | null;
  /** Line of the cell's body or of the prose, from 1. */
  readonly line: number;
  readonly what: string;
}

const addresses = /\b[a-z][a-z0-9+.-]*:\/\/[^\s'"`<>\\)\]}]+/gi;
const secretName =
  /^(?:password|passwd|passphrase|pass|pwd|secret|client[-_]?secret|token|access[-_]?token|auth[-_]?token|id[-_]?token|api[-_]?key|bearer|authorization|credentials?|jwt)$/i;
const field = /["']?([\w-]+)["']?\s*:\s*(?:"([^"]*)"|'([^']*)'|([^\s,{}[\]#]+))/g;
/** What such a field says where it names a column or a type. */
const harmless = /^(?:text|integer|number|boolean|date|timestamp|null|true|false|\$\w+)$/i;
/** Kinds that talk to someone, where a field of such a name can only be meant for that. */
const talking = new Set(['stream', 'source', 'monitor', 'adjust']);

/**
 * What must not leave this browser with the text: addresses with a password or a token in them, wherever they stand,
 * fields such as `password` of cells that connect, and parameters of such a name. O(text).
 */
export function secretsIn({ blocks }: Notebook): FoundSecret[] {
  return blocks.flatMap((block) =>
    textOf(block)
      .split(/\r\n?|\n/)
      .flatMap((text, i) => {
        const what = secretInLine(text, block);
        return what === null ? [] : [{ cell: nameOf(block), line: i + 1, what }];
      })
  );
}

function secretInLine(line: string, block: Block): string | null {
  for (const [address] of line.matchAll(addresses)) {
    const what = secretInUrl(address);
    if (what !== null) return what;
  }
  if (block.type !== 'cell') return null;
  if (talking.has(block.kind)) return secretField(line);
  return block.kind === 'param' && secretName.test(block.name) ? paramValue(line, block) : null;
}

function secretField(line: string): string | null {
  for (const [, name, ...values] of line.matchAll(field)) {
    const value = values.find((v) => v !== undefined) ?? '';
    if (secretName.test(name!) && value !== '' && !harmless.test(value)) return `the field ${name}`;
    // A message such as `subscribe: '{"token": …}'` stands in quotes.
    const inside = value.includes(':') ? secretField(value) : null;
    if (inside !== null) return inside;
  }
  return null;
}

function paramValue(line: string, { name }: CellBlock): string | null {
  const value = /^\s*value\s*:\s*(\S.*)$/.exec(line)?.[1];
  return value === undefined || /^(['"])\1$/.test(value) ? null : `the parameter ${name}`;
}

const textOf = (block: Block) => (block.type === 'cell' ? block.body : block.raw);
const nameOf = (block: Block) => (block.type === 'cell' ? block.name : null);
