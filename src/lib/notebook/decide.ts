import type { Scalar } from '#lib/base/problem.ts';
import type { Change, Decision, DecisionEntry } from '#lib/cells/core/change.ts';
import type { CellKind } from '#lib/cells/core/define.ts';
import { readYaml } from '#lib/cells/core/yaml.ts';
import { problem } from '#lib/problems/index.ts';
import { nameKey } from '#lib/sql/quote.ts';
import { setBody } from './edit.ts';
import { buildGraph } from './graph.ts';
import type { GraphCell } from './graph-model.ts';
import type { CellBlock, Notebook } from './model.ts';
import { setYamlValue } from './yaml-edit.ts';

export interface Deciding {
  readonly kinds: ReadonlyMap<string, CellKind>;
  /** Values that stand in for those written in param cells. */
  readonly params: Readonly<Record<string, Scalar>>;
}

export interface Decided {
  readonly notebook: Notebook;
  /** The cell that changed; null if only the record did. */
  readonly changed: string | null;
  /** The stand-in values after it: one for the target follows. */
  readonly params: Readonly<Record<string, Scalar>>;
}

/**
 * The notebook after a decision of the cell `cell`: the new value in the text of the cell that changes, and the
 * decision under `decisions` of the one that proposed it. A value that cannot stand changes nothing but the record,
 * which then says why. Null if the decision is about a notebook that is no more: the cell is gone, the trigger is
 * decided on already, or the value is no longer the one that the proposal started from.
 */
export function decide(
  notebook: Notebook,
  cell: string,
  decision: Decision,
  { kinds, params }: Deciding
): Decided | null {
  const graph = buildGraph(notebook, kinds, { params });
  const own = graph.byId.get(cell);
  if (own?.status !== 'ready') return null;
  const { change, verdict, by, note } = decision;
  const place = placeOf(bodyOf(notebook, own), change.entry, graph.params);
  const reverting = verdict === 'reverted';
  if (place.decided !== (reverting ? 'approved' : null)) return null;
  const recorded = (written: Notebook, made: string, why: string | undefined): Notebook => {
    const body = withEntry(bodyOf(written, own), place, entryOf(change.entry, made, by, why));
    return setBody(written, own.block, body);
  };
  const onRecord = (made: string, why: string | undefined): Decided => ({
    notebook: recorded(notebook, made, why),
    changed: null,
    params
  });
  if (verdict === 'rejected') return onRecord(verdict, note);
  if (change.action === 'propose') return onRecord(verdict, note);
  const [kind, what] = change.action === 'set' ? ['param', 'parameter'] : ['forecast', 'forecast'];
  const target = graph.cells.find((c) => nameKey(c.name) === nameKey(change.target));
  if (target?.kindName !== kind || target.status !== 'ready') {
    return onRecord('failed', problem('adjust.target', { name: change.target, what }).message);
  }
  const refits = change.action === 'refit';
  // A forecast over row numbers has no time to go back to: it is fitted anew and that is all.
  if (refits && change.value === null) {
    return reverting ? null : { ...onRecord(verdict, note), changed: target.id };
  }
  if (!refits && !reverting && textOf(valueOf(target)) !== textOf(change.entry['before']))
    return null;
  const key = refits ? 'until' : 'value';
  const value = setYamlValue(bodyOf(notebook, target), [key], change.value);
  const next = setBody(notebook, target.block, value);
  if (refits) return { notebook: recorded(next, verdict, note), changed: target.id, params };
  const standIn = Object.keys(params).find((name) => nameKey(name) === nameKey(target.name));
  const after = standIn === undefined ? params : { ...params, [standIn]: change.value };
  const fault = faultOf(buildGraph(next, kinds, { params: after }).byId.get(target.id), change);
  if (fault !== null) return onRecord('failed', fault);
  return { notebook: recorded(next, verdict, note), changed: target.id, params: after };
}

/** Why the target does not hold the value now, in words; null if it does. */
function faultOf(target: GraphCell | undefined, { value }: Change): string | null {
  const fault = target?.problems.find((p) => p.severity === 'error');
  if (fault) return [fault.message, fault.cause].filter(Boolean).join(' ');
  if (target && textOf(valueOf(target)) === textOf(value)) return null;
  const name = target?.name ?? '';
  return problem('adjust.value', { name, value: textOf(value) }).message;
}

function valueOf({ cell }: GraphCell): Scalar {
  return ((cell?.config ?? {}) as { readonly value?: Scalar }).value ?? null;
}

function textOf(value: Scalar | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

function bodyOf(notebook: Notebook, { block }: GraphCell): string {
  return (notebook.blocks[block] as CellBlock).body;
}

interface Place {
  /** Entries there are; null if there is no list. */
  readonly count: number | null;
  /** Where the entry on the same trigger stands, and what it says. */
  readonly index: number | null;
  readonly decided: string | null;
}

function placeOf(
  body: string,
  { trigger, time }: DecisionEntry,
  params: Readonly<Record<string, Scalar>>
): Place {
  const listed = readYaml(body, params).value?.['decisions'];
  if (!Array.isArray(listed)) return { count: null, index: null, decided: null };
  const entries = listed as readonly Readonly<Record<string, unknown>>[];
  const index = entries.findIndex((e) => e['trigger'] === trigger && e['time'] === time);
  const decided = index < 0 ? null : String(entries[index]!['decision']);
  return { count: entries.length, index: index < 0 ? null : index, decided };
}

function entryOf(entry: DecisionEntry, decision: string, by: string, note: string | undefined) {
  const all = { ...entry, decision, by, ...(note ? { note } : {}) };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) =>
      value === null ? [] : [[key, String(value)] as const]
    )
  );
}

function withEntry(body: string, { count, index }: Place, entry: Record<string, string>): string {
  if (count === null) return setYamlValue(body, ['decisions'], [entry]);
  if (index === null) return setYamlValue(body, ['decisions', count], entry);
  return Object.entries(entry).reduce(
    (text, [key, value]) => setYamlValue(text, ['decisions', index, key], value),
    body
  );
}
