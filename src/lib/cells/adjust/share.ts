import * as v from 'valibot';

/** A share as people write it: 25%, or 0.25. */
export const share = v.pipe(
  v.string('a share such as 25%'),
  v.transform((text) => {
    const [, digits, percent] = /^(\d+(?:\.\d+)?|\.\d+)\s*(%?)$/.exec(text.trim()) ?? [];
    return digits === undefined ? Number.NaN : Number(digits) / (percent ? 100 : 1);
  }),
  v.number('a share such as 25%'),
  v.minValue(0, 'a share such as 25%')
);
