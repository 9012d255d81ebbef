import type { Action } from './actions/model.ts';
import { ChordReader } from './chords.ts';
import type { Desk } from './desk.svelte.ts';

/** The keyboard of the notebook page, for `keydown` of the window. Keys that an editor or a control used are left alone. */
export function keyboard(actions: readonly Action[], desk: Desk): (event: KeyboardEvent) => void {
  const reader = new ChordReader();
  return (event) => {
    if (event.isComposing) return;
    // The browser's own save dialog never opens, whatever has the focus.
    const saves = event.key.toLowerCase() === 's' && (event.ctrlKey || event.metaKey);
    if (saves && !event.shiftKey && !event.altKey) event.preventDefault();
    else if (event.defaultPrevented) return;
    if (isIn(event.target, '[role="dialog"], [role="menu"]')) return;
    const typing = isTyping(event.target);
    for (const chord of reader.read(event)) {
      const action =
        actions.find((a) => a.keys?.includes(chord)) ??
        (typing ? undefined : actions.find((a) => a.commandKeys?.includes(chord)));
      if (!action) continue;
      if (!typing && belongsToControl(event)) return;
      if (chord === 'Escape' && desk.editing === null) return;
      if (!action.enabled()) continue;
      event.preventDefault();
      reader.reset();
      void action.perform();
      return;
    }
  };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]'))
  );
}

/** Enter, space and arrows mean something of their own on buttons, links, grids and charts. */
function belongsToControl(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return false;
  if (!['Enter', ' ', 'ArrowUp', 'ArrowDown', 'Delete'].includes(event.key)) return false;
  return isIn(event.target, 'button, a, summary, [role="grid"], [role="button"], [role="slider"]');
}

function isIn(target: EventTarget | null, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}
