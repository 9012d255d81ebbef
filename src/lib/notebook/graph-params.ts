import type { Problem, Scalar } from '#lib/base/problem.ts';
import { ProblemError } from '#lib/base/problem.ts';
import type { Parsed } from '#lib/cells/core/define.ts';
import { problem } from '#lib/problems/index.ts';
import { nameKey } from '#lib/sql/quote.ts';
import { isFaulty, type Draft } from './graph-draft.ts';
import { setYamlValue } from './yaml-edit.ts';

/** What `$name` can mean in a notebook. */
export interface Params {
  readonly values: Readonly<Record<string, Scalar>>;
  /** Param cells by `nameKey`, those without a value included. */
  readonly cells: ReadonlyMap<string, Draft>;
}

/**
 * Reads the param cells. One may use another's value: those whose parameters are known are read first. `overrides`
 * stand in for the written values and are judged like them, on the param cell.
 */
export function readParams(
  drafts: readonly Draft[],
  overrides: Readonly<Record<string, Scalar>>
): Params {
  const cells = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = nameKey(draft.block.name);
    const counts = draft.block.kind === 'param' && draft.kind && !draft.off;
    if (counts && !cells.has(key)) cells.set(key, draft);
  }
  const given = new Map(Object.entries(overrides).map(([name, value]) => [nameKey(name), value]));
  const values: Record<string, Scalar> = {};
  const settled = new Set<string>();
  let waiting = [...cells].filter(([, draft]) => !isFaulty(draft));
  for (let last = false; waiting.length > 0;) {
    const rest = waiting.filter(([key, draft]) => {
      const parsed = draft.kind!.body.parse(overridden(draft.text, given.get(key)), values);
      const needs = parsed.usesParams.map(nameKey);
      const early = needs.some((k) => !settled.has(k) && waiting.some(([w]) => w === k));
      if (early && !last) return true;
      settle(draft, parsed, values);
      settled.add(key);
      return false;
    });
    last = rest.length === waiting.length;
    waiting = rest;
  }
  return { values, cells };
}

/** The problems of a body with those about parameters put right: one whose cell is faulty or off is not unknown. */
export function withParamProblems(
  problems: readonly Problem[],
  cells: ReadonlyMap<string, Draft>,
  off: ReadonlyMap<string, string>
): Problem[] {
  return problems.map((p) => {
    if (p.code !== 'config.param-unknown') return p;
    const name = String(p.data?.['name'] ?? '');
    if (cells.has(nameKey(name))) return problem('cell.param-faulty', { name }, p.span);
    const turnedOff = off.get(nameKey(name));
    return turnedOff === undefined ? p : problem('cell.reads-off', { name: turnedOff }, p.span);
  });
}

function settle(draft: Draft, parsed: Parsed<unknown>, values: Record<string, Scalar>): void {
  draft.parsed = parsed;
  if (parsed.config === null) return;
  const { value } = parsed.config as { value?: Scalar };
  Object.defineProperty(values, draft.block.name, {
    value: value ?? null,
    enumerable: true,
    configurable: true,
    writable: true
  });
}

function overridden(text: string, value: Scalar | undefined): string {
  if (value === undefined) return text;
  try {
    return setYamlValue(text, ['value'], value);
  } catch (error) {
    if (error instanceof ProblemError) return text;
    throw error;
  }
}
