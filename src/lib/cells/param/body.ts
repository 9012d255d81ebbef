import * as v from 'valibot';
import { nearest } from '#lib/base/nearest.ts';
import type { Problem, Scalar, Span } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { shapedBody, type Body } from '../core/body.ts';
import { choice, listOf, nested, number, text } from '../core/fields.ts';
import type { YamlTree } from '../core/yaml.ts';
import { readValue, typeOf, valueWords, type ParamType } from './value.ts';

const types = ['integer', 'number', 'text', 'boolean', 'date', 'select'] as const;

const schema = v.object({
  type: v.optional(
    choice(types, {
      label: 'Type',
      help: 'What the value is; select takes one of the options',
      fallback: 'what the value looks like'
    })
  ),
  value: v.optional(
    text({ label: 'Value', help: 'The value that $name stands for', fallback: 'the first option' })
  ),
  min: v.optional(text({ label: 'Least', help: 'The least value allowed', fallback: 'no limit' })),
  max: v.optional(
    text({ label: 'Greatest', help: 'The greatest value allowed', fallback: 'no limit' })
  ),
  step: v.optional(
    number({
      label: 'Step',
      help: 'How far the control moves at a time',
      min: 0,
      fallback: '1 for whole numbers, else any'
    })
  ),
  options: v.optional(
    nested(listOf(v.string('a value')), {
      label: 'Options',
      help: 'The values to choose from',
      fallback: 'any value'
    })
  ),
  options_from: v.optional(
    v.pipe(
      text({
        label: 'Options from',
        help: 'The values of a column, written relation.column',
        fallback: 'any value'
      }),
      v.regex(/^[^.]+\.[^.].*$/, 'a relation and a column, such as products.sku')
    )
  ),
  label: v.optional(
    text({ label: 'Label', help: 'What the control is called', fallback: 'the name of the cell' })
  )
});

type Written = v.InferOutput<typeof schema>;

export interface ParamConfig {
  readonly type: ParamType;
  readonly value: Scalar;
  readonly min: Scalar;
  readonly max: Scalar;
  readonly step: number | null;
  readonly options: readonly Scalar[] | null;
  readonly optionsFrom: {
    readonly relation: string;
    readonly column: string;
    readonly at: Span;
  } | null;
  readonly label: string | null;
  /** Where the value stands. */
  readonly at: Span;
}

/** Reads a parameter: every value converted to its type, the value held against limits and options. */
export const paramBody: Body<ParamConfig> = shapedBody(schema, (written, tree) => {
  const problems: Problem[] = [];
  const config = shape(written, tree, problems);
  return { config, problems };
});

function shape(written: Written, tree: YamlTree, problems: Problem[]): ParamConfig | null {
  const chosen = written.value ?? written.options?.[0];
  const at = tree.spanOf(['value']) ?? { line: 1 };
  if (chosen === undefined) {
    problems.push(problem('config.missing', { key: 'value', expected: 'a value' }, at));
    return null;
  }
  const choosing = written.options !== undefined || written.options_from !== undefined;
  const type = written.type ?? (choosing ? 'select' : typeOf(chosen));
  if (type === 'select' && !choosing) {
    const expected = 'the values to choose from, or `options_from`';
    problems.push(problem('config.missing', { key: 'options', expected }, { line: 1 }));
    return null;
  }
  const held = type === 'select' ? heldBy(written.options) : type;
  const read = (key: 'value' | 'min' | 'max' | 'options', text: string): Scalar => {
    const value = readValue(held, text);
    if (value !== undefined) return value;
    const params = { key, expected: valueWords[held], got: text === '' ? 'empty' : `"${text}"` };
    problems.push(problem('config.value', params, tree.spanOf([key])));
    return null;
  };
  const config: ParamConfig = {
    type,
    value: read('value', chosen),
    min: written.min === undefined ? null : read('min', written.min),
    max: written.max === undefined ? null : read('max', written.max),
    step: written.step ?? null,
    options: written.options?.map((option) => read('options', option)) ?? null,
    optionsFrom: relationAndColumn(written.options_from, tree),
    label: written.label ?? null,
    at
  };
  if (problems.length === 0) judge(config, tree, problems);
  return config;
}

function judge(config: ParamConfig, tree: YamlTree, problems: Problem[]): void {
  const { value, min, max, options, at } = config;
  const limited = ['integer', 'number', 'date'].includes(config.type);
  for (const [key, limit] of [
    ['min', min],
    ['max', max]
  ] as const) {
    if (limit === null || limited) continue;
    const detail = `\`${key}\` has no meaning for a value of type ${config.type}.`;
    const remedy = `Take the line \`${key}\` out.`;
    problems.push(problem('config.combination', { detail, remedy }, tree.spanOf([key])));
    return;
  }
  if (min !== null && max !== null && min > max) {
    const detail = `\`min\` ${String(min)} is greater than \`max\` ${String(max)}.`;
    const remedy = 'Exchange the two.';
    problems.push(problem('config.combination', { detail, remedy }, tree.spanOf(['min'])));
    return;
  }
  if (value !== null && min !== null && value < min)
    problems.push(
      problem('param.outside', { value: String(value), bound: `at least ${String(min)}` }, at)
    );
  if (value !== null && max !== null && value > max)
    problems.push(
      problem('param.outside', { value: String(value), bound: `at most ${String(max)}` }, at)
    );
  if (options !== null && !options.includes(value))
    problems.push(notAnOption(String(value), options.map(String), at));
}

export function notAnOption(value: string, options: readonly string[], at: Span): Problem {
  const listed = options.slice(0, 12).join(', ') + (options.length > 12 ? ', …' : '');
  const params = { value, options: listed || 'none', nearest: nearest(value, options) };
  return problem('param.not-an-option', params, at);
}

/** Options that all are numbers hold numbers; any others, and those of a column, are text. */
function heldBy(options: readonly string[] | undefined): Exclude<ParamType, 'select'> {
  const kinds = new Set(options?.map(typeOf));
  if (kinds.size === 1 && kinds.has('integer')) return 'integer';
  const numeric = kinds.size > 0 && [...kinds].every((k) => k === 'integer' || k === 'number');
  return numeric ? 'number' : 'text';
}

function relationAndColumn(name: string | undefined, tree: YamlTree): ParamConfig['optionsFrom'] {
  if (name === undefined) return null;
  const dot = name.indexOf('.');
  const at = tree.spanOf(['options_from']) ?? { line: 1 };
  return { relation: name.slice(0, dot), column: name.slice(dot + 1), at };
}
