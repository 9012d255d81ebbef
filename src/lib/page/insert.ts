import type { PageContext } from './context.ts';
import type { Starter } from './starters.ts';

/** Puts a new cell at a place and opens its text, the form beside it. */
export function insertStarter({ session, desk }: PageContext, index: number, starter: Starter): void {
  const { kind, body, name, flags } = starter;
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
