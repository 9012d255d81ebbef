import type { CellKind } from './core/define.ts';

/** Every kind by name. A folder with an `index.ts` is a kind; nothing else registers it. */
const modules = import.meta.glob<{ default: CellKind }>('./*/index.ts', { eager: true });

export const kinds: ReadonlyMap<string, CellKind> = new Map(
  Object.values(modules).map(({ default: kind }) => [kind.kind, kind] as const)
);
