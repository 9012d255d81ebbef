import type { NotifiedAlert } from './dispatcher.ts';
import type { Route } from './routes.ts';

interface Entry {
  firing: Set<string>;
  resolved: Set<string>;
  time: number;
}

/** By receiver and group. */
export type LogSnapshot = readonly {
  readonly key: string;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly time: number;
}[];

/** What each receiver was last told of each group: Alertmanager's notification log and its DedupStage. */
export class NotificationLog {
  readonly #entries = new Map<string, Entry>();

  /** Whether a group is to be told of at `time`, and why; what is told then counts as told. */
  news(
    { receiver, repeatInterval, sendResolved }: Route,
    group: string,
    alerts: readonly NotifiedAlert[],
    time: number
  ): 'news' | 'repeat' | null {
    const key = `${receiver} ${group}`;
    const entry = this.#entries.get(key);
    const firing = new Set<string>();
    const resolved = new Set<string>();
    for (const { fingerprint, endsAt } of alerts)
      (endsAt === null ? firing : resolved).add(fingerprint);
    const news = changed(entry, firing, resolved, sendResolved)
      ? 'news'
      : entry && firing.size > 0 && entry.time < time - repeatInterval
        ? 'repeat'
        : null;
    if (news === null) return null;
    // A group of which nothing fires is known as well by having no entry.
    if (firing.size === 0) this.#entries.delete(key);
    else this.#entries.set(key, { firing, resolved, time });
    return news;
  }

  snapshot(): LogSnapshot {
    return [...this.#entries].map(([key, { firing, resolved, time }]) => ({
      key,
      firing: [...firing],
      resolved: [...resolved],
      time
    }));
  }

  restore(state: LogSnapshot): void {
    this.#entries.clear();
    for (const { key, firing, resolved, time } of state)
      this.#entries.set(key, { firing: new Set(firing), resolved: new Set(resolved), time });
  }

  /** Takes an alert that is over out of what a receiver believes to fire; whether it was in there. */
  forget(receiver: string, group: string, fingerprint: string): boolean {
    return this.#entries.get(`${receiver} ${group}`)?.firing.delete(fingerprint) ?? false;
  }
}

function changed(
  entry: Entry | undefined,
  firing: ReadonlySet<string>,
  resolved: ReadonlySet<string>,
  sendResolved: boolean
): boolean {
  if (!entry) return firing.size > 0;
  if (!isSubset(firing, entry.firing)) return true;
  if (firing.size === 0) return entry.firing.size > 0;
  return sendResolved && !isSubset(resolved, entry.resolved);
}

function isSubset(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  for (const item of part) if (!whole.has(item)) return false;
  return true;
}
