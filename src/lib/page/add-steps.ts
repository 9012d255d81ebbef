import { setYamlValue } from '#lib/notebook/yaml-edit.ts';
import type { YamlValue } from '#lib/notebook/yaml-value.ts';
import { freeName } from '#lib/notebook/edit.ts';
import type { PageContext } from './context.ts';

interface Steps {
  readonly source: string;
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  /** What a new cell says besides. */
  readonly keys?: Readonly<Record<string, unknown>> | undefined;
}

/** Adds cleaning steps to the first `clean` cell below `key` that reads the relation, else to a new one there: one undo step. */
export function addSteps(context: PageContext, key: string, { source, steps, keys }: Steps): void {
  const { session, desk } = context;
  const from = session.indexOf(key);
  const found = session.graph.cells
    .filter((cell) => cell.kindName === 'clean' && cell.block > from)
    .map((cell) => ({ key: session.keys[cell.block]!, ...configOf(cell.cell?.config) }))
    .find((cell) => cell.source?.toLowerCase() === source.toLowerCase());
  if (!found) {
    const name = freeName(session.notebook, `${source}_clean`);
    const start = setYamlValue('', ['source'], source);
    const withKeys = Object.entries(keys ?? {}).reduce(
      (body, [k, value]) => setYamlValue(body, [k], value as YamlValue),
      start
    );
    const body = withSteps(withKeys, 0, steps);
    const made = session.edit.insertCell(desk.below(key), { kind: 'clean', body, name });
    if (made !== undefined) void desk.go(made);
    return;
  }
  const block = session.blockOf(found.key);
  if (block?.type !== 'cell') return;
  session.edit.body(found.key, withSteps(block.body, found.count, steps), { typing: false });
  void desk.go(found.key);
}

function withSteps(body: string, from: number, steps: Steps['steps']): string {
  if (from === 0) return setYamlValue(body, ['steps'], steps as YamlValue);
  return steps.reduce(
    (text, step, i) => setYamlValue(text, ['steps', from + i], step as YamlValue),
    body
  );
}

function configOf(config: unknown): { source?: string; count: number } {
  const { source, steps } = (config ?? {}) as { source?: unknown; steps?: unknown };
  return {
    ...(typeof source === 'string' ? { source } : {}),
    count: Array.isArray(steps) ? steps.length : 0
  };
}
