/** What a connection leads to; the kind chooses the words of its form. */
export const connectionKinds = [
  'clickhouse',
  'websocket',
  'http',
  'mqtt',
  'nats',
  'prometheus'
] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

/** How to reach an engine or a live source elsewhere. It stays in this browser: never in a notebook, a link, a result or a log. */
export interface Connection {
  readonly name: string;
  readonly kind: ConnectionKind;
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** ClickHouse; empty: the user's own default. */
  readonly database: string;
  /** A bearer token (HTTP, NATS), or the message that lets us in (WebSocket); empty: none. */
  readonly token: string;
}
