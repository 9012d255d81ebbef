import { tick } from 'svelte';
import type { PageContext } from '../context.ts';
import { remember } from '../memory.ts';
import { boardMemory, boardOf, fragmentOf } from './address.ts';

/** A board stands in the page's address, so that a screen on a wall opens straight into it. */
export function boardInAddress({ session, desk }: Pick<PageContext, 'session' | 'desk'>) {
  let scrolled = 0;
  desk.board = boardOf(location.hash);
  return {
    /** Goes to what the address says now; whoever comes back from a board finds the document where they left it. */
    follow(this: void) {
      const next = boardOf(location.hash);
      if (next !== null && desk.board === null) scrolled = scrollY;
      const left = next === null && desk.board !== null;
      desk.board = next;
      if (left) void tick().then(() => scrollTo(0, scrolled));
    },
    show(this: void, cells: readonly string[]) {
      remember(session.id, boardMemory, cells);
      location.replace(fragmentOf({ cells }));
    },
    leave(this: void) {
      location.hash = '';
    }
  };
}
