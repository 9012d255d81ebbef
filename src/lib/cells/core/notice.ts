/** Where notifications of a receiver go besides the page: to a connection of this browser. */
export interface NoticeAddress {
  readonly kind: 'webhook' | 'alertmanager';
  readonly connection: string;
  /** Below the connection's address. */
  readonly path: string;
  /** How often a group may have news for it, in milliseconds; of several routes that lead there, the shortest. */
  readonly interval: number;
}

/**
 * What the report of a live cell holds if it has something to tell. The notifications are rows of a relation, the
 * outbox: `number` 1, 2, …, `time`, `receiver`, `alert_group`, `status`, `repeat`, `alerts` (JSON), `id`.
 */
export interface Noticing {
  readonly outbox: string;
  /** Rows in the outbox. */
  readonly noticeCount: number;
  /** Told of by a replay, or by a log read after its end: nothing of it happens now. */
  readonly isPast: boolean;
  /** Receivers besides the page, by name. */
  readonly receivers: Readonly<Record<string, NoticeAddress>>;
  /** Fingerprints of all alerts that are told of and not over, muted ones too; empty without receivers besides the page. */
  readonly firing: readonly string[];
  /** How many alerts fire that nothing mutes. */
  readonly alarms: number;
}

/** One alert as the column `alerts` has it; times as text. */
export interface NoticeAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly starts_at: string;
  readonly ends_at?: string;
  readonly value: number | null;
  readonly fingerprint: string;
}
