import type { NoticeAddress, NoticeAlert } from '#lib/cells/core/notice.ts';
import { isPassing, type Answer } from './answer.ts';
import { beatOf, roundOf, waitAfter } from './backoff.ts';
import {
  joined,
  knownAfter,
  perhapsKnown,
  resumed,
  withoutLetter,
  type Correspondence
} from './letter.ts';
import type { MailStore } from './mail-store.ts';
import type { Notice } from './notice.ts';

export interface Road {
  post(address: NoticeAddress, notice: Notice): Promise<Answer>;
  /** Tells an Alertmanager that alerts go on. */
  remind(address: NoticeAddress, alerts: readonly NoticeAlert[]): Promise<Answer>;
  /** Whether the reader lets news go there. */
  isOpen(address: NoticeAddress): boolean;
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
}

/** Fingerprints of the alerts of a cell that are not over, by what it says now; null where it does not run. */
export type Firing = (cell: string) => ReadonlySet<string> | null;

/** An end has so many beats of its group, and so long at least, to be told before it counts as untold for good. */
const beatsToTell = 4;
const leastToTell = 240_000;

/** What a reader may know of a group's post. */
export interface Delivery extends Correspondence {
  readonly key: string;
  /** When it is tried next; null: nothing waits, it is out, or the reader's leave is needed. */
  readonly next: number | null;
}

/** What is not worth remembering over a reload. */
interface Pace {
  begun: number;
  failures: number;
  next: number | null;
  timer: ReturnType<typeof setTimeout> | null;
  /** News that came while the letter was out. */
  readonly behind: Notice[];
}

/**
 * Brings notices to receivers as Alertmanager does (notify/notify.go, RetryStage): what fails for a passing reason is
 * tried again after growing waits within a round, a beat of the group long; what is refused, once a round. News of
 * the same group takes the place of what waits. It gives up only when what was to be told is over, or the reader says
 * so. At least once: an answer lost on its way has the letter told again.
 */
export class Courier {
  readonly #road: Road;
  readonly #store: MailStore;
  readonly #onChange: (changed: Delivery) => void;
  readonly #mail = new Map<string, Correspondence>();
  readonly #paces = new Map<string, Pace>();
  /** Since when alerts that a receiver knows of do not fire any more, by key and fingerprint. */
  readonly #over = new Map<string, Map<string, number>>();
  #isOver = false;

  constructor(road: Road, store: MailStore, onChange: (changed: Delivery) => void) {
    this.#road = road;
    this.#store = store;
    this.#onChange = onChange;
  }

  /** Every group that is remembered. */
  get deliveries(): readonly Delivery[] {
    return [...this.#mail.keys()].map((key) => this.#delivery(key));
  }

  /** Takes up what an earlier page left. */
  begin(): void {
    for (const [key, mail] of this.#store.read()) {
      if (this.#mail.has(key)) continue;
      this.#mail.set(key, resumed(mail));
      if (mail.letter) void this.#try(key);
    }
  }

  /** Lets go of everything without forgetting it: another page takes it up. */
  end(): void {
    this.#isOver = true;
    for (const { timer } of this.#paces.values()) if (timer !== null) clearTimeout(timer);
  }

  send(cell: string, address: NoticeAddress, notice: Notice): void {
    const { receiver, group } = notice;
    const key = JSON.stringify([cell, receiver, group]);
    const mail = this.#mail.get(key) ?? {
      cell,
      receiver,
      group,
      known: [],
      letter: null,
      last: null
    };
    this.#mail.delete(key);
    this.#mail.set(key, { ...mail, address });
    const pace = this.#paceOf(key);
    if (mail.letter?.isOut) return void pace.behind.push(notice);
    this.#take(key, notice);
    Object.assign(pace, { begun: this.#road.now(), failures: 0 });
    this.#save(key);
    void this.#try(key);
  }

  /** Tries now whatever waits. */
  hurry(): void {
    for (const key of this.#mail.keys()) void this.#try(key);
  }

  /** Gives up what waits and is meant; what is on its way at this moment cannot be called back. */
  drop(isMeant: (mail: Correspondence) => boolean): void {
    for (const [key, mail] of this.#mail) {
      if (!mail.letter || mail.letter.isOut || !isMeant(mail)) continue;
      this.#rest(this.#paceOf(key), null);
      this.#set(key, withoutLetter(mail));
    }
  }

  /** Reminds receivers no more of what they know of, unless something waits for them. */
  forget(isMeant: (mail: Correspondence) => boolean): void {
    for (const [key, mail] of this.#mail)
      if (!mail.letter && isMeant(mail)) this.#set(key, { known: [], last: null });
  }

  /**
   * Tells Alertmanagers again of what fires in cells that run; they take what they do not hear of as over. What
   * fires no more, and whose end nobody told (its rule is gone, it was muted, there was no leave), is let go of.
   */
  remind(firing: Firing): void {
    for (const [key, { cell, address, known, letter }] of this.#mail) {
      const now = letter || known.length === 0 ? null : firing(cell);
      if (now === null) {
        this.#over.delete(key);
        continue;
      }
      const told = this.#stillTold(key, now);
      if (told.length < known.length) this.#set(key, { known: told });
      const alive = told.filter(({ fingerprint }) => now.has(fingerprint));
      if (address.kind === 'alertmanager' && alive.length > 0 && this.#road.isOpen(address))
        void this.#remind(key, address, alive);
    }
  }

  /** What a receiver knows of, without what has been over for longer than its end takes to be told. */
  #stillTold(key: string, firing: ReadonlySet<string>): readonly NoticeAlert[] {
    const { known, address } = this.#mail.get(key)!;
    const now = this.#road.now();
    const before = this.#over.get(key);
    const over = new Map(
      known
        .filter(({ fingerprint }) => !firing.has(fingerprint))
        .map(({ fingerprint }) => [fingerprint, before?.get(fingerprint) ?? now])
    );
    this.#over.set(key, over);
    const patience = Math.max(leastToTell, beatsToTell * beatOf(address.interval));
    return known.filter(({ fingerprint }) => now - (over.get(fingerprint) ?? now) <= patience);
  }

  async #remind(key: string, address: NoticeAddress, alerts: readonly NoticeAlert[]) {
    const answer = await this.#road.remind(address, alerts);
    this.#set(key, { last: { at: this.#road.now(), answer } });
  }

  async #try(key: string): Promise<void> {
    const mail = this.#mail.get(key);
    if (!mail) return;
    this.#rest(this.#paceOf(key), null);
    if (this.#isOver || !mail.letter || mail.letter.isOut) return;
    if (!this.#road.isOpen(mail.address)) return this.#save(key);
    const { notice, attempts } = mail.letter;
    this.#set(key, { letter: { ...mail.letter, attempts: attempts + 1, isOut: true } });
    const answer = await this.#road.post(mail.address, notice);
    if (!this.#isOver) this.#hear(key, answer);
  }

  #hear(key: string, answer: Answer): void {
    const mail = this.#mail.get(key)!;
    const letter = mail.letter!;
    const pace = this.#paceOf(key);
    const now = this.#road.now();
    const isTaken = answer.kind === 'taken';
    const known = isTaken
      ? knownAfter(mail.known, letter.notice)
      : answer.kind === 'late'
        ? perhapsKnown(mail.known, letter.notice)
        : mail.known;
    const left = isTaken ? null : { ...letter, isOut: false };
    this.#mail.set(key, { ...mail, known, letter: left, last: { at: now, answer } });
    if (isTaken) pace.failures = 0;
    for (const notice of pace.behind.splice(0)) this.#take(key, notice);
    if (this.#mail.get(key)!.letter)
      this.#plan(key, isTaken ? now : nextAfter(mail, pace, answer, now, this.#road.random()));
    else this.#paces.delete(key);
    this.#save(key);
  }

  /** Makes `notice` what waits, or part of it. */
  #take(key: string, notice: Notice): void {
    const mail = this.#mail.get(key)!;
    const { known, letter } = mail;
    const joint = joined(known, letter?.notice ?? null, notice);
    const since = letter?.since ?? this.#road.now();
    const next = joint && { notice: joint, since, attempts: letter?.attempts ?? 0, isOut: false };
    this.#mail.set(key, { ...mail, letter: next });
    if (next === null) this.#rest(this.#paceOf(key), null);
  }

  #plan(key: string, next: number): void {
    const timer = setTimeout(() => void this.#try(key), Math.max(next - this.#road.now(), 0));
    this.#rest(this.#paceOf(key), { next, timer });
  }

  #rest(pace: Pace, planned: Pick<Pace, 'next' | 'timer'> | null): void {
    if (pace.timer !== null) clearTimeout(pace.timer);
    Object.assign(pace, planned ?? { next: null, timer: null });
  }

  #paceOf(key: string): Pace {
    const known = this.#paces.get(key);
    if (known) return known;
    const pace: Pace = {
      begun: this.#road.now(),
      failures: 0,
      next: null,
      timer: null,
      behind: []
    };
    this.#paces.set(key, pace);
    return pace;
  }

  #set(key: string, change: Partial<Correspondence>): void {
    const mail = this.#mail.get(key);
    if (!mail || this.#isOver) return;
    this.#mail.set(key, { ...mail, ...change });
    this.#save(key);
  }

  /** Keeps what has changed, and forgets a group of which nothing is left. */
  #save(key: string): void {
    const changed = this.#delivery(key);
    if (isDone(changed)) {
      this.#mail.delete(key);
      this.#paces.delete(key);
      this.#over.delete(key);
    }
    this.#store.write(this.#mail);
    this.#onChange(changed);
  }

  #delivery(key: string): Delivery {
    return { ...this.#mail.get(key)!, key, next: this.#paces.get(key)?.next ?? null };
  }
}

/** Whether nothing is left of a group's post: nothing waits, and its receiver knows of nothing that is to end. */
export function isDone({ letter, known }: Correspondence): boolean {
  return letter === null && known.length === 0;
}

/** When what failed is tried again. Where that is a new round, a moment after its beat: news of that beat comes along. */
function nextAfter(
  { address: { interval } }: Correspondence,
  pace: Pace,
  answer: Answer,
  now: number,
  random: number
): number {
  const next = now + waitAfter(++pace.failures, random);
  const end = pace.begun + (isPassing(answer) ? roundOf(interval) : beatOf(interval));
  if (isPassing(answer) && next < end) return next;
  pace.begun = Math.max(end, now);
  pace.failures = 0;
  return pace.begun + Math.min(interval / 4, 1000);
}
