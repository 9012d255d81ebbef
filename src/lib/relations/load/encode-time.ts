const zero = 0x30;
const nine = 0x39;
const day = 86_400_000_000;

/** Microseconds since 1970 of a time written in bytes; NaN when it is not one. */
export type TimeReader = (bytes: Uint8Array, from: number, to: number) => number;

/** Reads times written in a strptime format of numbers, or as ISO 8601 when there is none; null for other formats. */
export function timeReader(as: 'date' | 'timestamp', format: string | null): TimeReader | null {
  if (format === null) return as === 'date' ? readIsoDate : readIsoTime;
  const parts = partsOf(format);
  return parts && ((bytes, from, to) => readParts(parts, bytes, from, to));
}

/** `2011-12-09`. */
function readIsoDate(bytes: Uint8Array, from: number, to: number): number {
  return to - from === 10 ? isoDay(bytes, from) * day : NaN;
}

/** A date, or a date and `T09:15`, `09:15:30`, `09:15:30.123456` behind a space or a T, these two also with Z. */
function readIsoTime(bytes: Uint8Array, from: number, to: number): number {
  const days = to - from >= 10 ? isoDay(bytes, from) : NaN;
  if (to - from === 10) return days * day;
  const end = to - from > 17 && bytes[to - 1] === 0x5a ? to - 1 : to;
  const between = bytes[from + 10];
  if (end - from < 16 || (between !== 0x20 && between !== 0x54)) return NaN;
  const hour = digits(bytes, from + 11, from + 13);
  const minute = digits(bytes, from + 14, from + 16);
  if (bytes[from + 13] !== 0x3a || !(hour < 24) || !(minute < 60)) return NaN;
  let seconds = 0;
  if (end - from > 16) {
    seconds = digits(bytes, from + 17, from + 19);
    if (bytes[from + 16] !== 0x3a || end - from < 19 || !(seconds < 60)) return NaN;
  }
  let micros = 0;
  if (end - from > 19) {
    const places = end - from - 20;
    if (bytes[from + 19] !== 0x2e || places < 1 || places > 6) return NaN;
    micros = digits(bytes, from + 20, end) * 10 ** (6 - places);
  }
  const whole = days * day + ((hour * 60 + minute) * 60 + seconds) * 1e6;
  // Beyond 2^53 whole seconds are still exact, parts of them are not.
  return micros === 0 || Number.isSafeInteger(whole) ? whole + micros : NaN;
}

function isoDay(bytes: Uint8Array, from: number): number {
  if (bytes[from + 4] !== 0x2d || bytes[from + 7] !== 0x2d) return NaN;
  const year = digits(bytes, from, from + 4);
  return dayOf(year, digits(bytes, from + 5, from + 7), digits(bytes, from + 8, from + 10));
}

/** A letter of strptime with the digits it may have, or a byte that stands for itself. */
type Part = { readonly letter: string; readonly least: number; readonly most: number } | number;

const digitsOf: Readonly<Record<string, readonly [least: number, most: number]>> = {
  Y: [4, 4],
  y: [2, 2],
  m: [1, 2],
  d: [1, 2],
  H: [1, 2],
  M: [1, 2],
  S: [1, 2]
};

function partsOf(format: string): Part[] | null {
  const parts: Part[] = [];
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== '%') {
      const code = format.charCodeAt(i);
      if (code > 126) return null;
      parts.push(code);
      continue;
    }
    const letter = format[++i] ?? '';
    const range = digitsOf[letter];
    if (!range || parts.some((part) => typeof part === 'object' && part.letter === letter))
      return null;
    parts.push({ letter, least: range[0], most: range[1] });
  }
  const letters = parts.map((part) => (typeof part === 'object' ? part.letter.toLowerCase() : ''));
  return ['y', 'm', 'd'].every((letter) => letters.includes(letter)) ? parts : null;
}

function readParts(parts: readonly Part[], bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  let year = 0;
  let month = 0;
  let date = 0;
  let hour = 0;
  let minute = 0;
  let seconds = 0;
  for (const part of parts) {
    if (typeof part === 'number') {
      if (at >= to || bytes[at++] !== part) return NaN;
      continue;
    }
    const start = at;
    while (at < to && at - start < part.most && bytes[at]! >= zero && bytes[at]! <= nine) at++;
    if (at - start < part.least) return NaN;
    const value = digits(bytes, start, at);
    if (part.letter === 'Y') year = value;
    else if (part.letter === 'y') year = value < 69 ? 2000 + value : 1900 + value;
    else if (part.letter === 'm') month = value;
    else if (part.letter === 'd') date = value;
    else if (part.letter === 'H') hour = value;
    else if (part.letter === 'M') minute = value;
    else seconds = value;
  }
  if (at !== to || hour > 23 || minute > 59 || seconds > 59) return NaN;
  return dayOf(year, month, date) * day + ((hour * 60 + minute) * 60 + seconds) * 1e6;
}

/** The number that digits make; NaN when one is none. */
function digits(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const c = bytes[i]!;
    if (c < zero || c > nine) return NaN;
    value = value * 10 + (c - zero);
  }
  return value;
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days since 1970 in the Gregorian calendar; NaN when there is no such day. */
function dayOf(year: number, month: number, date: number): number {
  if (!(year >= 1 && month >= 1 && month <= 12 && date >= 1)) return NaN;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  if (date > monthDays[month - 1]! + leap) return NaN;
  // Years that begin in March put the leap day at their end.
  const y = month > 2 ? year : year - 1;
  const m = month > 2 ? month - 3 : month + 9;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * m + 2) / 5) + date - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
