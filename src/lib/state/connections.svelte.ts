import type { Connection } from '#lib/runtime/connection.ts';
import { readConnections, watchConnections, writeConnections } from '#lib/storage/connections.ts';

/** The engines elsewhere that this browser knows. `changed` is told of every change, those of other tabs included. */
export class Connections {
  list = $state.raw<readonly Connection[]>([]);
  readonly #store: Storage | null;
  readonly #changed: (connections: readonly Connection[]) => void;

  constructor(store: Storage | null, changed: (connections: readonly Connection[]) => void) {
    this.#store = store;
    this.#changed = changed;
    this.list = store ? readConnections(store) : [];
  }

  /** Adds a connection, or puts it in the place of `former`. */
  save(connection: Connection, former: string | null): void {
    const others = this.list.filter(({ name }) => name !== connection.name && name !== former);
    this.#set([...others, connection].sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  forget(name: string): void {
    this.#set(this.list.filter((connection) => connection.name !== name));
  }

  watch(): () => void {
    return watchConnections(() => {
      if (!this.#store) return;
      this.list = readConnections(this.#store);
      this.#changed(this.list);
    });
  }

  #set(next: readonly Connection[]): void {
    this.list = next;
    if (this.#store) writeConnections(next, this.#store);
    this.#changed(next);
  }
}
