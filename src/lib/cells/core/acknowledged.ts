/**
 * Someone has seen an alert and deals with it: its repeats are no longer told. It is of this one time that the alert
 * fires, and kept in this browser: in the text it would start the monitor anew, and be there still when the alert
 * is long over. What others should know for longer is a silence, which is in the text.
 */
export interface Acknowledgement {
  readonly fingerprint: string;
  /** When the alert began. */
  readonly since: number;
  readonly note: string;
  readonly by: string;
  readonly at: number;
}

/** What the acknowledgements of a cell are remembered under. */
export function acknowledgedKey(cell: string): string {
  return `acknowledged ${cell}`;
}

/** Remembered acknowledgements as they come back; anything else is none. */
export function readAcknowledged(value: unknown): readonly Acknowledgement[] {
  return Array.isArray(value) ? value.filter(isAcknowledgement) : [];
}

export function acknowledgementOf(
  list: readonly Acknowledgement[],
  fingerprint: string,
  since: number
): Acknowledgement | undefined {
  return list.find((one) => one.fingerprint === fingerprint && one.since === since);
}

function isAcknowledgement(value: unknown): value is Acknowledgement {
  if (typeof value !== 'object' || value === null) return false;
  const { fingerprint, since, note, by, at } = value as Record<string, unknown>;
  return (
    [fingerprint, note, by].every((text) => typeof text === 'string') &&
    [since, at].every((time) => typeof time === 'number')
  );
}
