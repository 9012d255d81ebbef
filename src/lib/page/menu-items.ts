import type { MenuItem } from '#lib/ui/menu.ts';
import type { Action } from './actions/model.ts';

/** An action as a line of a menu, about `block` where one is given. */
export function asMenuItem(action: Action, block?: string): MenuItem {
  const keys = chordShown(action);
  return {
    label: action.label(block),
    run: () => void action.perform(block),
    disabled: !action.enabled(block),
    ...(keys === undefined ? {} : { keys })
  };
}

/** The chord worth showing: the one that works everywhere, else that of command mode. */
export function chordShown(action: Action): string | undefined {
  return action.keys?.[0] ?? action.commandKeys?.[0];
}
