import type { Scalar } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import type { ObjectSchema, Parsed } from './define.ts';
import { readYaml, type YamlTree } from './yaml.ts';
import { validate } from './validate.ts';
import type * as v from 'valibot';

export type Language = 'sql' | 'yaml' | 'json' | 'js' | 'csv' | 'markdown';

export type ParamValues = Readonly<Record<string, Scalar>>;

/** How the text between the fences becomes a configuration. */
export interface Body<C> {
  readonly language: Language;
  /** Present for YAML bodies: forms, completion and documentation are made from it. */
  readonly schema?: ObjectSchema;
  parse(text: string, params: ParamValues): Parsed<C>;
}

/** A YAML body checked against a schema of `fields.ts`; `refine` judges keys against each other. */
export function yamlBody<S extends ObjectSchema>(
  schema: S,
  refine?: (config: v.InferOutput<S>) => { key: string; detail: string; remedy: string } | null
): Body<v.InferOutput<S>> {
  return {
    language: 'yaml',
    schema,
    parse(text, params) {
      const tree: YamlTree = readYaml(text, params);
      if (tree.value === null)
        return { config: null, problems: tree.problems, usesParams: tree.usesParams };
      const checked = validate(schema, tree);
      const problems = [...tree.problems, ...checked.problems];
      const broken = problems.some((p) => p.severity === 'error');
      if (broken || checked.config === null)
        return { config: null, problems, usesParams: tree.usesParams };
      const refusal = refine?.(checked.config) ?? null;
      if (refusal) {
        const at = tree.spanOf([refusal.key]);
        problems.push(
          problem('config.combination', { detail: refusal.detail, remedy: refusal.remedy }, at)
        );
        return { config: null, problems, usesParams: tree.usesParams };
      }
      return { config: checked.config, problems, usesParams: tree.usesParams };
    }
  };
}

/** A body that is text in another language and is checked where it runs (SQL, JavaScript, CSV). */
export function rawBody(language: Language): Body<{ readonly text: string }> {
  return {
    language,
    parse: (text) => ({ config: { text }, problems: [], usesParams: [] })
  };
}

/** A JSON body. Problems carry the line of the first character that does not fit. */
export function jsonBody(): Body<Readonly<Record<string, unknown>>> {
  return {
    language: 'json',
    parse(text) {
      try {
        const value: unknown = JSON.parse(text);
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
          return { config: value as Record<string, unknown>, problems: [], usesParams: [] };
        }
        const detail = 'The outermost value must be an object: { … }.';
        return {
          config: null,
          problems: [problem('config.syntax', { language: 'JSON', detail }, { line: 1 })],
          usesParams: []
        };
      } catch (error) {
        const { detail, span } = whereJsonBreaks(text, error as Error);
        return {
          config: null,
          problems: [problem('config.syntax', { language: 'JSON', detail }, span)],
          usesParams: []
        };
      }
    }
  };
}

function whereJsonBreaks(text: string, error: Error) {
  const position = /position (\d+)/.exec(error.message)?.[1];
  const offset = position === undefined ? text.length : Number(position);
  const before = text.slice(0, offset).split('\n');
  return {
    detail: error.message.replace(/ in JSON at position.*$/, '').replace(/, ".*$/s, ''),
    span: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  };
}
