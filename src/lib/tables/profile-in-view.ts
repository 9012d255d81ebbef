import type { Attachment } from 'svelte/attachments';
import type { TableProfile } from '#lib/base/table-profile.ts';

const restMs = 120;

/**
 * Asks for a profile once the element is in view and the page is idle, and calls it off when the element goes.
 * Without a profile the table is whole, so a failure is left at that.
 */
export function profileInView(
  ask: (signal: AbortSignal) => Promise<TableProfile>,
  then: (profile: TableProfile) => void
): Attachment<HTMLElement> {
  return (element) => {
    const stop = new AbortController();
    let calledOff: () => void = () => undefined;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      calledOff = whenIdle(() => {
        ask(stop.signal).then(
          (profile) => stop.signal.aborted || then(profile),
          () => undefined
        );
      });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      calledOff();
      stop.abort();
    };
  };
}

function whenIdle(then: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const handle = requestIdleCallback(then, { timeout: 1000 });
    return () => cancelIdleCallback(handle);
  }
  const handle = setTimeout(then, restMs);
  return () => clearTimeout(handle);
}
