import type { NoticeAddress, NoticeAlert } from '#lib/cells/core/notice.ts';
import type { Answer } from './answer.ts';
import type { Notice } from './notice.ts';

/** News of one group on its way to one receiver. */
interface Letter {
  readonly notice: Notice;
  /** When the news was first posted. */
  readonly since: number;
  readonly attempts: number;
  /** It was being posted when this was written: it may have arrived. */
  readonly isOut: boolean;
}

/** All that passes between one cell's group and a receiver. Plain data. */
export interface Correspondence {
  readonly cell: string;
  readonly address: NoticeAddress;
  readonly receiver: string;
  readonly group: string;
  /** Alerts that the receiver was told of and not told are over. */
  readonly known: readonly NoticeAlert[];
  readonly letter: Letter | null;
  /** What came of the last attempt, and when; null: there was none. */
  readonly last: { readonly at: number; readonly answer: Answer } | null;
}

/**
 * What a receiver is to hear where `waiting` has not reached it and `next` comes: ends that it was not told stay
 * in, as Alertmanager keeps them in their group, and the latest of each alert counts. null: nothing, for whatever was to be told is over
 * and it never heard of it.
 */
export function joined(
  known: readonly NoticeAlert[],
  waiting: Notice | null,
  next: Notice
): Notice | null {
  if (waiting === null) return next;
  const again = new Set(next.alerts.map(({ fingerprint }) => fingerprint));
  const ends = waiting.alerts.filter(
    ({ status, fingerprint }) => status === 'resolved' && !again.has(fingerprint)
  );
  const alerts = [...next.alerts, ...ends];
  const hasFiring = alerts.some(isFiring);
  const hears = new Set(known.map(({ fingerprint }) => fingerprint));
  if (!hasFiring && !alerts.some(({ fingerprint }) => hears.has(fingerprint))) return null;
  const isRepeat = waiting.isRepeat && next.isRepeat;
  return { ...next, alerts, status: hasFiring ? 'firing' : 'resolved', isRepeat };
}

/** What a receiver believes to fire once it has been told. */
export function knownAfter(
  known: readonly NoticeAlert[],
  { alerts }: Notice
): readonly NoticeAlert[] {
  const told = new Set(alerts.map(({ fingerprint }) => fingerprint));
  const others = known.filter(({ fingerprint }) => !told.has(fingerprint));
  return [...others, ...alerts.filter(isFiring)];
}

/** The same where nobody knows whether it arrived: what fires may be known there, what is over may not. */
export function perhapsKnown(
  known: readonly NoticeAlert[],
  notice: Notice
): readonly NoticeAlert[] {
  return knownAfter(known, { ...notice, alerts: notice.alerts.filter(isFiring) });
}

/** What is left where a letter is given up: of ends that nobody tells now, the receiver is not reminded either. */
export function withoutLetter(mail: Correspondence): Correspondence {
  const ended = new Set(
    mail.letter?.notice.alerts.flatMap((alert) => (isFiring(alert) ? [] : [alert.fingerprint]))
  );
  const known = mail.known.filter(({ fingerprint }) => !ended.has(fingerprint));
  return { ...mail, known, letter: null, last: null };
}

/** A letter that was out when the page ended may have arrived: its ends must be told in any case. */
export function resumed(mail: Correspondence): Correspondence {
  const { letter, known } = mail;
  if (!letter?.isOut) return mail;
  return {
    ...mail,
    known: perhapsKnown(known, letter.notice),
    letter: { ...letter, isOut: false }
  };
}

function isFiring({ status }: NoticeAlert): boolean {
  return status === 'firing';
}
