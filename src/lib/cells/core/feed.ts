import type { Columns } from '#lib/base/columns.ts';
import type { Problem } from '#lib/base/problem.ts';

/** Where a feed comes from: an address that is no secret, or a connection of this browser with a path below it. */
export type Place =
  { readonly url: string } | { readonly connection: string; readonly path: string | null };

/** How events are written. `auto` tells Arrow from JSON by the first bytes; NDJSON is told from JSON by itself. */
export const feedFormats = ['auto', 'json', 'ndjson', 'csv', 'arrow'] as const;
export type FeedFormat = (typeof feedFormats)[number];

/** Types that a column of a feed can have. */
export const feedTypes = ['text', 'integer', 'number', 'boolean', 'date', 'timestamp'] as const;
export type FeedType = (typeof feedTypes)[number];

export interface FeedColumn {
  readonly name: string;
  readonly type: FeedType;
}

/** What happens to messages that come faster than they are taken: those of a source that cannot be held back. */
export const queuePolicies = ['block', 'drop-oldest', 'sample'] as const;
export type QueuePolicy = (typeof queuePolicies)[number];

/** A cursor made of a column: its last value is sent as a parameter of the address (or in a message). */
export interface After {
  readonly column: string;
  readonly parameter: string;
}

/** A source outside the notebook as a stream names it; times in milliseconds. */
export type FeedSource =
  | {
      readonly kind: 'websocket';
      readonly at: Place;
      readonly format: FeedFormat;
      /** Sent once the connection is open. */
      readonly subscribe: string | null;
      /** Sent instead after a reconnect, `{cursor}` replaced by the last value of `after`. */
      readonly resume: string | null;
      readonly after: After | null;
    }
  | {
      readonly kind: 'sse';
      readonly at: Place;
      readonly format: FeedFormat;
      /** Event names to take; empty: all. */
      readonly events: readonly string[];
    }
  | {
      readonly kind: 'ndjson';
      readonly at: Place;
      readonly format: FeedFormat;
      readonly after: After | null;
    }
  | {
      readonly kind: 'poll';
      readonly at: Place;
      readonly format: FeedFormat;
      readonly every: number;
      /** Where the rows stand in a JSON answer, such as `data.items`. */
      readonly rows: string | null;
      readonly after: After | null;
    }
  | {
      readonly kind: 'mqtt';
      readonly at: Place;
      readonly topic: string;
      readonly format: FeedFormat;
      readonly qos: 0 | 1 | 2;
      /** How long the broker keeps messages for us while we are away. */
      readonly session: number;
    }
  | {
      readonly kind: 'nats';
      readonly at: Place;
      readonly subject: string;
      readonly format: FeedFormat;
      /** The JetStream stream to read; null: messages as they pass. */
      readonly stream: string | null;
      /** Where a JetStream stream is read from. */
      readonly from: 'new' | 'all' | number;
    }
  | {
      readonly kind: 'prometheus';
      readonly at: Place;
      readonly query: string;
      readonly step: number;
      /** How far back the first question reaches. */
      readonly last: number;
    }
  | {
      readonly kind: 'tail';
      /** The name of a file given to the notebook. */
      readonly file: string;
      readonly format: FeedFormat;
      readonly every: number;
      readonly from: 'start' | 'end';
    }
  | { readonly kind: 'channel'; readonly channel: string; readonly format: FeedFormat };

export type FeedKind = FeedSource['kind'];

/** Everything that opening a feed takes. Plain data. */
export interface FeedRequest {
  readonly source: FeedSource;
  /** The columns and their types where the cell states them; null: as the first events have them. */
  readonly columns: readonly FeedColumn[] | null;
  /** The column read as a time whatever it is written as; `received` is when the event came. */
  readonly time: string | null;
  readonly queue: { readonly messages: number; readonly policy: QueuePolicy };
  /** After so long without anything the connection counts as dead and is made anew; 0: never. */
  readonly silence: number;
}

/** How a feed stands. Times are milliseconds since 1970. */
export interface FeedStatus {
  readonly state: 'connecting' | 'open' | 'waiting' | 'ended';
  /** When this state began. */
  readonly since: number;
  /** When the next attempt is due, while waiting. */
  readonly retryAt: number | null;
  /** Since when there is no connection; null while there is one. */
  readonly lostAt: number | null;
  /** How often the connection has been opened. */
  readonly opened: number;
  /** Why the last connection was lost; null while all is well. */
  readonly trouble: Problem | null;
  readonly messages: number;
  readonly bytes: number;
  /** Messages that wait to be read. */
  readonly queued: number;
  /** Messages given up because too many waited. */
  readonly dropped: number;
  /** Messages and lines that could not be read. */
  readonly unreadable: number;
  /** Values that did not fit the type of their column, and are missing. */
  readonly misfits: number;
}

/** A column as a feed has settled on it, and the key under which records hold it. */
export interface SettledColumn extends FeedColumn {
  readonly key: string;
}

/** Where a feed stands once the rows before are taken: a feed of the same source that is given it goes on from there. Plain data. */
export interface FeedMark {
  readonly cursor: string | null;
  /** What the source itself knows of its place: a byte of a file, what was seen of a series. */
  readonly place: unknown;
  /** The name under which a broker keeps messages for us. */
  readonly client: string;
  readonly columns: readonly SettledColumn[] | null;
  /** The names that the first line of CSV gave. */
  readonly header: readonly string[] | null;
  /** When the last rows came. */
  readonly at: number;
}

/** What a feed hands over: the rows that came since the last time, if any, and how it stands now. */
export interface FeedItem {
  readonly rows: Columns | null;
  /** When the rows had come, or now. */
  readonly at: number;
  readonly status: FeedStatus;
  /** Silences of the connection that ended since the last time: nothing could have come in them. */
  readonly breaks: readonly { readonly from: number; readonly to: number }[];
  /** Told once, when first seen. */
  readonly warnings: readonly Problem[];
  /** Asking for the next item says that the rows are where they are to stay: their source may then forget them. */
  readonly mark: FeedMark;
}
