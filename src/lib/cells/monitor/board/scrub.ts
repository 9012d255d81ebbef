import type { Stage } from './stage.svelte.ts';

/**
 * Where a key moves the moment shown: by a window, ten, a screen, or to the first screen and then its first window; null
 * for other keys.
 */
export function momentAfterKey(stage: Stage, key: string, shift: boolean): number | null {
  const firstScreen = stage.first + stage.span;
  const step = (shift ? 10 : 1) * (stage.step || stage.span / 100);
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return stage.to - step;
    case 'ArrowRight':
    case 'ArrowUp':
      return stage.to + step;
    case 'PageUp':
      return Math.max(stage.to - stage.span, Math.min(firstScreen, stage.to));
    case 'PageDown':
      return stage.to + stage.span;
    case 'Home':
      return stage.to > firstScreen ? firstScreen : stage.first;
    default:
      return null;
  }
}

/** On charts, whose arrows read values: Page Up and Page Down move by a screen, plus and minus zoom. */
export function stretchKeys(event: KeyboardEvent, stage: Stage): void {
  const to = event.key.startsWith('Page') ? momentAfterKey(stage, event.key, false) : null;
  if (to !== null) stage.moveTo(to);
  else if (event.key === '+' || event.key === '=') stage.zoom(0.5);
  else if (event.key === '-') stage.zoom(2);
  else return;
  event.preventDefault();
}
