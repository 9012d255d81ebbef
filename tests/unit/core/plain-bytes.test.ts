import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfPlain, plainOfBytes } from '#lib/base/plain-bytes.ts';

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, undefined, true, false, Number.NaN, -0, Infinity),
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    fc.float64Array(),
    fc.int32Array(),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')).filter((r) => !('__proto__' in r))
  )
})).value;

test('plain data comes back as it was', () => {
  fc.assert(
    fc.property(plain, (value) => {
      expect(plainOfBytes(bytesOfPlain(value))).toStrictEqual(structuredClone(toOrdinary(value)));
    })
  );
});

test('bytes that are cut short are refused', () => {
  const bytes = bytesOfPlain({ a: [1, 'two', Float64Array.of(3)], b: null });
  for (let cut = 0; cut < bytes.length; cut++)
    expect(() => plainOfBytes(bytes.subarray(0, cut))).toThrow(RangeError);
});

/** Records with Object.prototype, as they are read. */
function toOrdinary(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toOrdinary);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, toOrdinary(v)]));
}
