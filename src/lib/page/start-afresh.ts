import type { Session } from '#lib/state/session.svelte.ts';

/** Runs a stream from nothing: what its log has kept is gone. */
export async function startAfresh(
  session: Session,
  { id, name }: { readonly id: string; readonly name: string }
): Promise<void> {
  session.cancel(id);
  await session.engine.forgetLog(name);
  await session.run([id], { force: true });
}
