const zero = 0x30;
const nine = 0x39;
const minus = 0x2d;
const word = 2 ** 32;
const powersOfTen = Array.from({ length: 23 }, (_, power) => 10 ** power);
const decoder = new TextDecoder();

/** Writes a whole number below 2^53 in size into a row of 64-bit values given as words, the low one first. */
export function putLong(words: Int32Array, row: number, value: number): void {
  const high = Math.floor(value / word);
  words[2 * row] = value - high * word;
  words[2 * row + 1] = high;
}

/** Puts a whole number of at most 18 digits, without leading zeros or plus sign, into a row; false when the bytes are none. */
export function putInteger(
  words: Int32Array,
  row: number,
  bytes: Uint8Array,
  from: number,
  to: number
): boolean {
  const negative = bytes[from] === minus;
  const first = negative ? from + 1 : from;
  const digits = to - first;
  if (digits < 1 || digits > 18 || (bytes[first] === zero && (digits > 1 || negative)))
    return false;
  let value = 0;
  for (let i = first; i < to; i++) {
    const c = bytes[i]!;
    if (c < zero || c > nine) return false;
    value = value * 10 + (c - zero);
  }
  if (digits <= 15) putLong(words, row, negative ? -value : value);
  else {
    const exact = BigInt(decoder.decode(bytes.subarray(from, to)));
    words[2 * row] = Number(BigInt.asIntN(32, exact));
    words[2 * row + 1] = Number(BigInt.asIntN(32, exact >> 32n));
  }
  return true;
}

/**
 * A number written plainly: digits without leading zeros, then at most one decimal mark with digits behind it, or an
 * exponent; else NaN. With at most 15 digits both the digits as a whole number and the power of ten are exact, so that
 * one division rounds right (Clinger 1990); longer ones are left to the language.
 */
export function readNumber(bytes: Uint8Array, from: number, to: number, decimal: number): number {
  const negative = bytes[from] === minus;
  const first = negative ? from + 1 : from;
  let value = 0;
  let mark = -1;
  for (let i = first; i < to; i++) {
    const c = bytes[i]!;
    if (c >= zero && c <= nine) value = value * 10 + (c - zero);
    else if (c === decimal && mark < 0 && i > first) mark = i;
    else return readUnusual(bytes, from, to, decimal);
  }
  const whole = (mark < 0 ? to : mark) - first;
  const behind = mark < 0 ? 0 : to - mark - 1;
  if (whole < 1 || (mark >= 0 && behind < 1)) return NaN;
  if (whole > 1 && bytes[first] === zero) return NaN;
  if (whole + behind > 15) return readUnusual(bytes, from, to, decimal);
  const size = value / powersOfTen[behind]!;
  return negative ? -size : size;
}

function readUnusual(bytes: Uint8Array, from: number, to: number, decimal: number): number {
  if (to - from > 400) return NaN;
  let text = decoder.decode(bytes.subarray(from, to));
  const mark = String.fromCharCode(decimal);
  if (mark !== '.') text = text.includes('.') ? '' : text.replace(mark, '.');
  const written = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.exec(text);
  if (!written) return NaN;
  const value = Number(text);
  const inRange = Math.abs(value) < 1e18 || written[3] !== undefined;
  return inRange && Number.isFinite(value) ? value : NaN;
}
