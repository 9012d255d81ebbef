import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SoakOutcome } from '../../support/soak.ts';
import { TextCodes } from '#lib/analytics/stream/text-codes.ts';

const events = 1_000_000;
const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[2]!;

/** `npm run bench -- soak` does the same with ten million and with ids, of which the last million at least are kept. */
test('a million events with keys without end: the heap comes to rest', async () => {
  const args = ['--expose-gc', 'tests/bench/soak.mjs', String(events)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { heap, outcome } = JSON.parse(stdout) as {
    heap: number[];
    outcome: SoakOutcome;
  };
  expect(outcome.accepted).toBe(events);
  expect(outcome.windows).toBeGreaterThan(100_000);
  expect(outcome.sessions).toBeGreaterThan(3000);
  expect(outcome.keys[0]).toBeLessThanOrEqual(2000);
  expect(outcome.keys[1]).toBeLessThan(2000);
  for (const gone of outcome.forgotten) expect(gone).toBeGreaterThan(7000);
  expect(heap).toHaveLength(20);
  // The log keeps 200,000 rows, a fifth of them all, and texts are let go by some ten thousands.
  expect(middle(heap.slice(-5))).toBeLessThan(1.05 * middle(heap.slice(7, 12)) + 4);
}, 600_000);

test('texts keep their number while someone holds it, and none has that of another', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(40), fc.boolean()), { maxLength: 200 }), (steps) => {
      const codes = new TextCodes();
      const held = new Map<string, number>();
      for (const [n, sweeps] of steps) {
        const text = `t${n}`;
        const code = codes.of(text);
        if (held.has(text)) expect(code).toBe(held.get(text));
        else expect([...held.values()]).not.toContain(code);
        held.set(text, code);
        if (!sweeps) continue;
        for (const other of [...held.keys()].slice(0, n % 3)) held.delete(other);
        codes.keep(new Set(held.values()));
        expect(codes.size).toBe(held.size);
        const again = new TextCodes();
        again.restore(codes.snapshot());
        for (const [known, number] of held) expect(again.of(known)).toBe(number);
        expect([...held.values()]).not.toContain(again.of('new'));
      }
    })
  );
});
