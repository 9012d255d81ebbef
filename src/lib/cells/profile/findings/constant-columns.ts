import type { Detector } from './detector.ts';

/** Columns that tell nothing: one value throughout, or none at all. */
const detect: Detector = async ({ columns }) => {
  await Promise.resolve();
  return columns.flatMap((c) => {
    const empty = c.missing === c.rows;
    if (c.rows < 2 || c.field.type === 'other' || !(empty || (c.distinct === 1 && c.missing === 0)))
      return [];
    return [
      {
        finding: 'constant-column',
        severity: 'note',
        column: c.column,
        rows: c.rows,
        value: null,
        example: c.min,
        detail: empty ? 'Every value is missing.' : `Every value is ${c.min ?? 'the same'}.`,
        steps: [{ drop: c.column }],
        show: null
      } as const
    ];
  });
};

export default detect;
