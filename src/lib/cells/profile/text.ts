import type { Dictionary } from './dictionary.ts';

const blank = /^[\s\u00a0\u2007\u202f\ufeff]+|[\s\u00a0\u2007\u202f\ufeff]+$/;
const plainNumber = /^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i;
const markedNumber =
  /^\s*[-+(]?\s*[$€£¥]?\s*[-+]?(\d{1,3}([, '\u00a0\u202f]\d{3})+|\d+)(\.\d+)?\s*[$€£¥%]?\)?\s*$/;
const isoDate =
  /^\s*\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?\s*$/;

/** What the texts of a column read like, in rows. Of a sample of the rows the counts are those of the sample. */
export interface TextFigures {
  readonly rows: number;
  /** Blanks around the text, also tabs and non-breaking ones. */
  readonly padded: number;
  readonly numberlike: number;
  readonly datelike: number;
  /** Numbers with a leading zero, which are codes. */
  readonly leadingZeros: number;
}

export function textFigures({ texts, counts }: Dictionary): TextFigures {
  const figures = { rows: 0, padded: 0, numberlike: 0, datelike: 0, leadingZeros: 0 };
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i]!;
    const n = counts[i]!;
    figures.rows += n;
    if (blank.test(text)) figures.padded += n;
    if (plainNumber.test(text)) figures.numberlike += n;
    else if (isoDate.test(text)) figures.datelike += n;
    if (/^0\d/.test(text)) figures.leadingZeros += n;
  }
  return figures;
}

export function isPadded(text: string): boolean {
  return blank.test(text);
}

/** Whether a text is a number, also with grouping marks, a currency or a percent sign. */
export function isNumber(text: string): 'plain' | 'marked' | null {
  if (plainNumber.test(text)) return 'plain';
  return markedNumber.test(text) ? 'marked' : null;
}
