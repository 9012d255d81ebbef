import * as v from 'valibot';
import { nearest } from '#lib/base/nearest.ts';
import type { Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { shapedBody, type Body } from '../core/body.ts';
import { expression, listOf, nested, relation } from '../core/fields.ts';
import { validate } from '../core/validate.ts';
import type { YamlTree } from '../core/yaml.ts';
import type { Step } from './step.ts';
import { stepKinds } from './steps/index.ts';

const schema = v.object({
  source: relation({ label: 'Source', help: 'The table to clean' }),
  value: v.optional(
    expression({
      label: 'Value',
      help: 'An amount per row, such as Quantity * UnitPrice, whose sum is accounted for at every step',
      fallback: 'rows alone are accounted for'
    })
  ),
  steps: v.optional(
    nested(listOf(v.unknown()), {
      label: 'Steps',
      help: `One step per item, done in this order: ${[...stepKinds.keys()].join(', ')}`,
      fallback: 'none: the table as it is'
    }),
    []
  )
});

export interface CleanConfig {
  readonly source: string;
  readonly value?: string | undefined;
  readonly steps: readonly Step[];
}

/** Reads a recipe: every step is checked against the schema of its kind, short forms are written out. */
export const cleanBody: Body<CleanConfig> = shapedBody(schema, (config, tree) => {
  const problems: Problem[] = [];
  const steps = config.steps.flatMap((item, i) => {
    const step = readStep(item, i, tree, problems);
    return step ? [step] : [];
  });
  return { config: { ...config, steps }, problems };
});

function readStep(item: unknown, index: number, tree: YamlTree, problems: Problem[]): Step | null {
  const span = tree.spanOf(['steps', index]) ?? { line: 1 };
  const map = typeof item === 'string' ? { [item]: '' } : item;
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    problems.push(problem('prepare.step-shape', { got: 'a list' }, span));
    return null;
  }
  const entries = Object.entries(map as Record<string, unknown>);
  const [name, value] = entries[0] ?? ['', ''];
  if (entries.length !== 1 || name === '') {
    const got = entries.length === 0 || name === '' ? 'empty' : `${entries.length} keys at once`;
    problems.push(problem('prepare.step-shape', { got }, span));
    return null;
  }
  const kind = stepKinds.get(name);
  if (!kind) {
    const known = [...stepKinds.keys()];
    const params = { step: name, nearest: nearest(name, known), known: known.join(', ') };
    problems.push(problem('prepare.step-unknown', params, span));
    return null;
  }
  const full = kind.full(value);
  if (typeof full !== 'object' || full === null || Array.isArray(full)) {
    const expected = `a map of ${Object.keys(kind.schema.entries).join(', ')}`;
    problems.push(problem('config.value', { key: name, expected, got: show(value) }, span));
    return null;
  }
  const checked = validate(kind.schema, {
    value: full as Record<string, unknown>,
    problems: [],
    usesParams: [],
    spanOf: (path) => tree.spanOf(['steps', index, name, ...path])
  });
  problems.push(...checked.problems);
  return checked.config === null ? null : { name, options: checked.config, span };
}

function show(value: unknown): string {
  return Array.isArray(value) ? 'a list' : value === '' ? 'empty' : `"${String(value)}"`;
}
