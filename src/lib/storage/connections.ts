import { connectionKinds, type Connection } from '#lib/runtime/connection.ts';

const key = 'quartermaster:connections';

/** The connections this browser keeps, by name; what is unreadable is none. They are written here and nowhere else. */
export function readConnections(store: Storage): readonly Connection[] {
  try {
    const parsed: unknown = JSON.parse(store.getItem(key) ?? '[]');
    return Array.isArray(parsed) ? parsed.map(withToken).filter(isConnection) : [];
  } catch {
    return [];
  }
}

export function writeConnections(connections: readonly Connection[], store: Storage): void {
  store.setItem(key, JSON.stringify(connections));
}

/** Calls back when another tab changes them. */
export function watchConnections(changed: () => void): () => void {
  const listen = (event: StorageEvent) => {
    if (event.key === key) changed();
  };
  addEventListener('storage', listen);
  return () => removeEventListener('storage', listen);
}

/** Those kept before there were tokens have none. */
function withToken(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? { token: '', ...value } : value;
}

function isConnection(value: unknown): value is Connection {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, ...texts } = value as Record<string, unknown>;
  const wanted = ['name', 'url', 'user', 'password', 'database', 'token'];
  return (
    connectionKinds.some((known) => known === kind) &&
    wanted.every((name) => typeof texts[name] === 'string')
  );
}
