export type Face = 'form' | 'text' | 'both';
/** The parts of the sidebar, from the top. */
export const panels = ['files', 'tables', 'outline', 'graph', 'problems'] as const;
export type Panel = (typeof panels)[number];

/** Who is told of alerts besides the page; all off until the reader turns them on. */
export interface Tell {
  readonly system: boolean;
  readonly sound: boolean;
  /** Of replays too, and of logs read again. */
  readonly replays: boolean;
}

/** What a reader chose about notebooks; the same in every tab. Theme and language belong to `ui` and `messages`. */
export interface Preferences {
  readonly autoRun: boolean;
  readonly face: Face;
  readonly closedPanels: readonly Panel[];
  readonly tell: Tell;
}

export const defaults: Preferences = {
  autoRun: true,
  face: 'text',
  closedPanels: ['graph'],
  tell: { system: false, sound: false, replays: false }
};

const key = 'quartermaster:preferences';

/** The stored preferences; anything missing or unreadable is the default. */
export function readPreferences(store: Storage): Preferences {
  const raw = store.getItem(key);
  if (raw === null) return defaults;
  try {
    const parsed = JSON.parse(raw) as Partial<Preferences>;
    return {
      autoRun: typeof parsed.autoRun === 'boolean' ? parsed.autoRun : defaults.autoRun,
      face: oneOf(parsed.face, ['form', 'text', 'both'], defaults.face),
      closedPanels: Array.isArray(parsed.closedPanels)
        ? panels.filter((panel) => parsed.closedPanels?.includes(panel))
        : defaults.closedPanels,
      tell: tellOf(parsed.tell)
    };
  } catch {
    return defaults;
  }
}

export function writePreferences(preferences: Preferences, store: Storage): void {
  store.setItem(key, JSON.stringify(preferences));
}

/** Calls back when another tab changes the preferences. */
export function watchPreferences(changed: () => void): () => void {
  const listen = (event: StorageEvent) => {
    if (event.key === key) changed();
  };
  addEventListener('storage', listen);
  return () => removeEventListener('storage', listen);
}

function tellOf(value: Partial<Tell> | undefined): Tell {
  return {
    system: value?.system === true,
    sound: value?.sound === true,
    replays: value?.replays === true
  };
}

function oneOf<const T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T {
  return allowed.find((a) => a === value) ?? otherwise;
}
