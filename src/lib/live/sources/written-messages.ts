/** Messages remembered at most, and how long after they were acknowledged: an acknowledgement may be lost on its way. */
const most = 2000;
const memoryMs = 10_000;

interface Written {
  readonly hash: number;
  /** When it was acknowledged; NaN before. */
  at: number;
}

/** Identifiers and hashes of messages, one pair after another. */
type WrittenSnapshot = Float64Array;

/**
 * The messages of a broker's session that were read and may be sent again: those not acknowledged yet, and those whose
 * acknowledgement may not have arrived. A copy has the identifier of the first (MQTT 5, section 4.4) and its content.
 */
export class WrittenMessages {
  readonly #messages = new Map<number, Written>();
  /** Whether the messages are those of an earlier page, which cannot acknowledge them any more. */
  #inherited: boolean;
  #answer: (id: number) => void = () => undefined;

  constructor(snapshot: unknown) {
    const pairs = (snapshot ?? []) as WrittenSnapshot;
    for (let i = 0; i < pairs.length; i += 2)
      this.#messages.set(pairs[i]!, { hash: pairs[i + 1]!, at: Number.NaN });
    this.#inherited = pairs.length > 0;
  }

  /** A connection stands, over which `answer` acknowledges. */
  connected(now: number, answer: (id: number) => void): void {
    this.#answer = answer;
    if (this.#inherited) for (const message of this.#messages.values()) message.at = now;
    this.#inherited = false;
  }

  /** Whether a message that is sent again was read before; it is acknowledged again where it was. */
  isCopy(id: number, hash: number): boolean {
    const message = this.#messages.get(id);
    if (message?.hash !== hash) return false;
    if (message.at === message.at) this.#answer(id);
    return true;
  }

  read(id: number, hash: number): void {
    this.#messages.delete(id);
    this.#messages.set(id, { hash, at: Number.NaN });
    if (this.#messages.size > most) this.#messages.delete(this.#messages.keys().next().value!);
  }

  acknowledged(id: number, now: number): void {
    const message = this.#messages.get(id);
    if (message) message.at = now;
    this.#answer(id);
  }

  snapshot(now: number): WrittenSnapshot {
    for (const [id, { at }] of this.#messages) if (now - at > memoryMs) this.#messages.delete(id);
    return Float64Array.from([...this.#messages].flatMap(([id, { hash }]) => [id, hash]));
  }
}
