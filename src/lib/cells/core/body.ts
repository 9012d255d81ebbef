import type { Problem, Scalar } from '#lib/base/problem.ts';
import { spanOf } from '#lib/base/span.ts';
import { problem } from '#lib/problems/index.ts';
import type { ObjectSchema, Parsed } from './define.ts';
import { scanJson } from './json.ts';
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

/** A YAML body whose checked configuration is shaped further, with the places of the text at hand. `shape` returns null for what cannot run. */
export function shapedBody<S extends ObjectSchema, C>(
  schema: S,
  shape: (config: v.InferOutput<S>, tree: YamlTree) => { config: C | null; problems: Problem[] }
): Body<C> {
  return {
    language: 'yaml',
    schema,
    parse(text, params) {
      const tree = readYaml(text, params);
      const { usesParams } = tree;
      if (tree.value === null) return { config: null, problems: tree.problems, usesParams };
      const checked = validate(schema, tree);
      const problems = [...tree.problems, ...checked.problems];
      if (checked.config === null) return { config: null, problems, usesParams };
      const shaped = shape(checked.config, tree);
      problems.push(...shaped.problems);
      const broken = problems.some((p) => p.severity === 'error');
      return { config: broken ? null : shaped.config, problems, usesParams };
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

/** A JSON body. Problems carry the place of the first character that does not fit. */
export function jsonBody(): Body<Readonly<Record<string, unknown>>> {
  return {
    language: 'json',
    parse(text) {
      const refused = (detail: string, at: number) => ({
        config: null,
        problems: [
          problem('config.syntax', { language: 'JSON', detail }, spanOf(text, at, at + 1))
        ],
        usesParams: []
      });
      const { fault } = scanJson(text);
      if (fault) return refused(fault.detail, fault.at);
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return { config: value as Record<string, unknown>, problems: [], usesParams: [] };
      }
      return refused('The outermost value must be an object: { … }.', text.search(/\S/));
    }
  };
}
