import type { Span } from '#lib/base/problem.ts';
import type { Cell } from './context.ts';
import { readYaml } from './yaml.ts';

/** Where the top-level keys of a YAML cell stand, for problems that only the data shows. */
export function spansOf(cell: Cell): (key: string) => Span | undefined {
  let tree: ReturnType<typeof readYaml> | undefined;
  return (key) => {
    tree ??= readYaml(cell.body, cell.params);
    return tree.value && key in tree.value ? tree.spanOf([key]) : undefined;
  };
}
