import type { CellView } from './core/view.ts';

const modules = import.meta.glob<{ default: CellView }>('./*/View.svelte');

/** Whether a kind draws its result itself; otherwise the page shows its tables. */
export function hasView(kind: string): boolean {
  return `./${kind}/View.svelte` in modules;
}

/** The view of a kind, loaded when first shown; null when it has none. */
export async function viewOf(kind: string): Promise<CellView | null> {
  const load = modules[`./${kind}/View.svelte`];
  return load ? (await load()).default : null;
}
