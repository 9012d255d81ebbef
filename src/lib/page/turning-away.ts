import { noteNotebook } from '#lib/storage/library.ts';
import type { PageContext } from './context.ts';

type Page = Pick<PageContext, 'session' | 'keeper'>;

/** Saves the notebook and the reader's place in it whenever they turn away from the page; a last time when called. */
export function watchTurningAway(page: Page): () => void {
  const hide = () => {
    if (document.visibilityState === 'hidden') void save(page);
  };
  const close = () => void save(page);
  document.addEventListener('visibilitychange', hide);
  addEventListener('pagehide', close);
  return () => {
    document.removeEventListener('visibilitychange', hide);
    removeEventListener('pagehide', close);
    void save(page);
  };
}

/** Returns, once, to where the reader left off, unless they have scrolled meanwhile. */
export function returnTo(scroll: number): () => void {
  let returned = false;
  return () => {
    if (!returned && scroll > 0 && scrollY === 0) scrollTo(0, scroll);
    returned = true;
  };
}

async function save({ session, keeper }: Page): Promise<void> {
  await keeper.flush();
  if (session.readOnly) return;
  await noteNotebook(session.id, { view: { scroll: scrollY, cell: null } }).catch(() => undefined);
}
