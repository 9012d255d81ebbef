import type { PageContext } from './context.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import { bodyAbout, type Starter } from './starters.ts';

/** Puts a new cell at a place and opens its text, the form beside it. */
export function insertStarter(
  { session, desk }: PageContext,
  index: number,
  starter: Starter
): void {
  const { kind, name, flags } = starter;
  const body = bodyAbout(starter, tableAbove(session, index));
  const key = session.edit.insertCell(index, { kind, body, name, flags });
  desk.inserting = null;
  if (key === undefined) return;
  if (session.handle(key).hasForm) desk.setFace(key, 'both');
  void desk.go(key, { edit: true });
}

/** Puts a new piece of prose at a place and opens it. */
export function insertText({ session, desk }: PageContext, index: number): void {
  const key = session.edit.insertProse(index);
  desk.inserting = null;
  if (key !== undefined) void desk.go(key, { edit: true });
}

/** The table made last above a place in the document. */
function tableAbove(session: Session, index: number): string | undefined {
  const above = session.graph.cells.filter((c) => c.block < index && c.kindName !== 'param');
  return above.flatMap((c) => c.outputs.slice(0, 1)).at(-1);
}
