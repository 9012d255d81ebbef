import type { QueuePolicy } from '#lib/cells/core/feed.ts';
import { problem } from '#lib/problems/index.ts';
import { Bell } from './bell.ts';
import { LinkLost, type Frame, type QueueFigures } from './link.ts';

/** Bytes that may wait, whatever the number of messages. */
const mostBytes = 64 << 20;

export interface QueueOptions {
  readonly messages: number;
  readonly policy: QueuePolicy;
  /** Uniform on [0, 1), for `sample`. */
  random(this: void): number;
  readonly figures: QueueFigures;
  /** The source can be asked to wait: when the queue is full, `whenRoom` is awaited instead of letting the connection go. */
  readonly canWait?: boolean;
}

/**
 * Holds the messages of a source that pushes until they are read, at most so many. When it is full, `drop-oldest` gives up
 * the message that has waited longest, `sample` keeps a uniform sample of what came since the queue was last empty
 * (reservoir sampling, Vitter's algorithm R), and `block` has the source wait; one that cannot is let go: the queue ends
 * with `LinkLost` once what waits is read, so that the source is asked to go on from there. O(1) a message.
 */
export class MessageQueue {
  readonly #options: QueueOptions;
  readonly #bell = new Bell();
  #frames: Frame[] = [];
  #head = 0;
  #bytes = 0;
  /** Messages that came since the queue was last empty. */
  #seen = 0;
  #waiters: (() => void)[] = [];
  #end: { readonly error: Error | null } | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get full(): boolean {
    return this.#waiting >= this.#options.messages || this.#bytes >= mostBytes;
  }

  /** Takes a message; false when it was the last one there was room for, and the policy is to block. */
  push(frame: Frame): boolean {
    if (this.#end) return false;
    this.#seen++;
    const { policy, canWait = false } = this.#options;
    const waits = policy === 'block' && canWait;
    if (!this.full || waits) this.#add(frame);
    else if (policy === 'sample') this.#sample(frame);
    else {
      this.#take().acknowledge?.();
      this.#options.figures.dropped++;
      this.#add(frame);
    }
    this.#bell.ring();
    if (policy !== 'block' || waits || !this.full) return true;
    this.end(new LinkLost(problem('feed.overflow', { messages: this.#options.messages })));
    return false;
  }

  /** Calls back once there is room: at once, unless the policy is to block and the queue is full. */
  whenRoom(go: () => void): void {
    if (this.#options.policy === 'block' && this.full && !this.#end) this.#waiters.push(go);
    else go();
  }

  /** Ends the queue once what waits is read: with an error, or without. The first end counts. */
  end(error: Error | null): void {
    this.#end ??= { error };
    this.#bell.ring();
    this.#letIn();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#frames = [];
    this.#head = this.#bytes = 0;
    this.#tell();
  }

  async *read(): AsyncGenerator<Frame, void, undefined> {
    for (;;) {
      while (this.#waiting > 0) yield this.#take();
      this.#seen = 0;
      if (this.#end?.error) throw this.#end.error;
      if (this.#end) return;
      await this.#bell.wait();
    }
  }

  get #waiting(): number {
    return this.#frames.length - this.#head;
  }

  #add(frame: Frame): void {
    this.#frames.push(frame);
    this.#bytes += sizeOf(frame);
    this.#tell();
  }

  #take(): Frame {
    const frame = this.#frames[this.#head]!;
    this.#head++;
    this.#bytes -= sizeOf(frame);
    if (this.#head > 1024 && this.#head * 2 > this.#frames.length) {
      this.#frames = this.#frames.slice(this.#head);
      this.#head = 0;
    }
    this.#tell();
    if (this.#waiters.length > 0 && this.#waiting < this.#options.messages / 2) this.#letIn();
    return frame;
  }

  #letIn(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const go of waiters) go();
  }

  #sample(frame: Frame): void {
    this.#options.figures.dropped++;
    const place = Math.floor(this.#options.random() * this.#seen);
    if (place >= this.#waiting) return frame.acknowledge?.();
    const at = this.#head + place;
    this.#frames[at]!.acknowledge?.();
    this.#bytes += sizeOf(frame) - sizeOf(this.#frames[at]!);
    this.#frames[at] = frame;
  }

  #tell(): void {
    this.#options.figures.waiting = this.#waiting;
  }
}

function sizeOf({ data, size }: Frame): number {
  return size ?? data.length;
}
