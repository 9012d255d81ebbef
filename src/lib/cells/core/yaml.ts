import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node
} from 'yaml';
import type { Problem, Scalar, Span } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';

/** A failsafe YAML tree: strings, lists and maps only, with the place of every node. */
export interface YamlTree {
  /** null when the text is not YAML or not a map. */
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly problems: readonly Problem[];
  readonly usesParams: readonly string[];
  /** Where the value at a path stands; the nearest parent's place if there is no such node. */
  spanOf(path: readonly (string | number)[]): Span | undefined;
  /** Where the key at a path stands; the place of the value if it is an item of a list. A tree cut from another one may leave it out. */
  spanOfKey?(path: readonly (string | number)[]): Span | undefined;
}

const paramName = /^\$([\p{L}_][\p{L}\p{N}_]{0,62})$/u;

/** Reads a cell body as failsafe YAML, refuses what notebooks do not use, and puts parameters in the place of `$name`. */
export function readYaml(text: string, params: Readonly<Record<string, Scalar>>): YamlTree {
  const lines = new LineCounter();
  // The library does not take a lone CR for a line end.
  const document = parseDocument(text.replace(/\r(?!\n)/g, '\n'), {
    schema: 'failsafe',
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
    version: '1.2'
  });
  const problems: Problem[] = document.errors.map((error) =>
    problem(
      'config.syntax',
      { language: 'YAML', detail: sentence(error.message) },
      spanAt(lines, error.pos)
    )
  );
  const usesParams = new Set<string>();
  const spanOf = (path: readonly (string | number)[]) => spanOfPath(document, lines, path);
  const done = (value: Record<string, unknown> | null): YamlTree => ({
    value,
    problems,
    usesParams: [...usesParams],
    spanOf,
    spanOfKey: (path) => {
      const holder = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
      const pair = isMap(holder) ? holder.items.find((p) => keyOf(p.key) === path.at(-1)) : null;
      return pair ? spanAt(lines, (pair.key as Node).range) : spanOf(path);
    }
  });
  if (problems.length > 0) return done(null);
  if (document.contents === null) return done({});
  if (!isMap(document.contents)) {
    problems.push(
      problem(
        'config.syntax',
        { language: 'YAML', detail: 'The body must be `key: value` lines.' },
        { line: 1 }
      )
    );
    return done(null);
  }
  const value = convert(document.contents);
  return done(
    problems.some((p) => p.severity === 'error') ? null : (value as Record<string, unknown>)
  );

  function convert(node: Node | null): unknown {
    if (node === null) return '';
    const at = () => spanAt(lines, node.range);
    refuseFeatures(node);
    if (isMap(node)) {
      const out: Record<string, unknown> = {};
      for (const pair of node.items) {
        const key = keyOf(pair.key);
        const keyNode = pair.key as Node | null;
        if (keyNode) refuseFeatures(keyNode);
        if (key === '<<') refuse('merge keys', keyNode ?? node);
        if (keyNode && !isScalar(keyNode) && !isAlias(keyNode)) refuse('maps as keys', keyNode);
        Object.defineProperty(out, key, {
          value: convert(pair.value as Node | null),
          enumerable: true,
          configurable: true,
          writable: true
        });
      }
      return out;
    }
    if (isSeq(node)) return node.items.map((item) => convert(item as Node | null));
    if (!isScalar(node)) return '';
    const scalar = typeof node.value === 'string' ? node.value : '';
    const plain = node.type === 'PLAIN';
    if (scalar.includes('{{')) problems.push(problem('config.template', {}, at()));
    const name = plain ? paramName.exec(scalar)?.[1] : undefined;
    if (name === undefined) return scalar;
    usesParams.add(name);
    const found = Object.keys(params).find((p) => p.toLowerCase() === name.toLowerCase());
    if (found === undefined) {
      const known = Object.keys(params).join(', ');
      problems.push(problem('config.param-unknown', { name, known }, at()));
      return '';
    }
    const bound = params[found];
    return bound === null || bound === undefined ? '' : String(bound);
  }

  function refuseFeatures(node: Node): void {
    if (isAlias(node)) refuse('aliases', node);
    else if (node.anchor !== undefined) refuse('anchors', node);
    else if (node.tag !== undefined) refuse('tags', node);
  }

  function refuse(feature: string, node: Node): void {
    problems.push(problem('config.yaml-feature', { feature }, spanAt(lines, node.range)));
  }
}

function keyOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function spanOfPath(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[]
): Span | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined;
    if (node?.range) return spanAt(lines, node.range);
  }
  return undefined;
}

function spanAt(lines: LineCounter, range: readonly number[] | null | undefined): Span {
  if (!range) return { line: 1 };
  const from = lines.linePos(range[0] ?? 0);
  const to = lines.linePos(range[1] ?? range[0] ?? 0);
  return { line: from.line, column: from.col, toLine: to.line, toColumn: to.col };
}

function sentence(message: string): string {
  const first = message.split('\n')[0]!.replace(/ at line \d+.*$/, '');
  return first.endsWith('.') ? first : `${first}.`;
}
