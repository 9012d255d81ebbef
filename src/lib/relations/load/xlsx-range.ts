import { fail } from '#lib/problems/index.ts';
import { columnNumber } from './xlsx-book.ts';

/** Cells of a sheet; rows and columns count from 0, ends included. */
export interface SheetRange {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

const end = Number.MAX_SAFE_INTEGER;

/** The cells that `A1:F200`, `A:F`, `3:200` or `B4` (from there on) mean; all without a range. */
export function rangeOf(written: string | undefined): SheetRange {
  if (written === undefined) return { top: 0, bottom: end, left: 0, right: end };
  const plain = written.replaceAll('$', '').trim();
  const [, left = '', top = '', ends, right = '', bottom = ''] =
    /^([A-Z]{0,3})(\d*)(:([A-Z]{0,3})(\d*))?$/i.exec(plain) ?? [];
  if (left + top === '' || (ends !== undefined && right + bottom === '')) {
    throw fail('source.bad-range', { range: written });
  }
  const columns = [left && columnNumber(left), right && columnNumber(right)];
  const rows = [top && Number(top) - 1, bottom && Number(bottom) - 1];
  return { ...between('left', 'right', columns), ...between('top', 'bottom', rows) };
}

function between<F extends string, T extends string>(
  from: F,
  to: T,
  [first = '', last = '']: readonly (number | '')[]
): Record<F | T, number> {
  const a = first === '' ? 0 : first;
  const b = last === '' ? end : last;
  return { [from]: Math.min(a, b), [to]: Math.max(a, b) } as Record<F | T, number>;
}
