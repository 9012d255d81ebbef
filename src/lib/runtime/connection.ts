/** How to reach an engine elsewhere. It stays in this browser: never in a notebook, a link, a result or a log. */
export interface Connection {
  readonly name: string;
  readonly kind: 'clickhouse';
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Empty: the user's own default. */
  readonly database: string;
}
