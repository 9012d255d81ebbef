import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FeedIntake } from '#lib/analytics/stream/feed-intake.ts';
import { IdFilter } from '#lib/analytics/stream/id-filter.ts';
import { IdSet, type IdSetSnapshot } from '#lib/analytics/stream/id-set.ts';
import { NumberSet } from '#lib/analytics/stream/number-set.ts';
import { bytesOfPlain, plainOfBytes } from '#lib/base/plain-bytes.ts';
import { RateHistory } from '#lib/analytics/stream/rate-history.ts';
import { SequenceWatch } from '#lib/analytics/stream/sequence-watch.ts';
import { columns, numeric, text, toRows } from '#lib/base/columns.ts';
import { csvLines } from '#lib/live/decode/csv-lines.ts';
import { LineCutter } from '#lib/live/line-cutter.ts';
import { MessageQueue } from '#lib/live/message-queue.ts';

const seqs = (values: readonly number[]) => columns({ seq: numeric(values, 'integer') });

describe('sequence numbers', () => {
  test('missing are those that never came, whatever the order and the copies', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }).chain((n) =>
          fc.record({
            n: fc.constant(n),
            lost: fc.uniqueArray(fc.integer({ min: 1, max: n - 1 }), { maxLength: 8 }),
            swaps: fc.array(fc.nat(n - 1), { maxLength: 10 }),
            copies: fc.array(fc.nat(n - 1), { maxLength: 5 }),
            cut: fc.integer({ min: 1, max: 9 })
          })
        ),
        ({ n, lost, swaps, copies, cut }) => {
          const order = Array.from({ length: n }, (_, i) => i + 5).filter(
            (seq) => !lost.includes(seq - 5)
          );
          // The first and the last stay where they are: what comes before the first is not known to be missing.
          for (const at of swaps) {
            if (at > 0 && at + 1 < order.length)
              [order[at], order[at + 1]] = [order[at + 1]!, order[at]!];
          }
          for (const at of copies) if (at < order.length) order.splice(at + 1, 0, order[at]!);
          const watch = new SequenceWatch('seq', [], 'log');
          for (let i = 0; i < order.length; i += cut)
            watch.observe(seqs(order.slice(i, i + cut)), i);
          const last = Math.max(...order);
          const expected = lost.filter((seq) => seq + 5 < last).length;
          expect(watch.missing).toBe(expected);
          const gaps = watch.gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
          expect(gaps).toBe(expected);
        }
      ),
      { numRuns: 400 }
    );
  });

  test('producers count for themselves, and one that begins anew misses nothing', () => {
    const watch = new SequenceWatch('seq', ['desk'], 'log');
    watch.observe(
      columns({
        seq: numeric([7, 100, 8, 102, 1, 9, 2], 'integer'),
        desk: text(['a', 'b', 'a', 'b', 'b', 'a', 'b'])
      }),
      5
    );
    expect(watch.missing).toBe(1);
    expect(watch.gaps).toEqual([{ producer: 'b', from: 101, to: 101, at: 5 }]);
  });
});

describe('the intake', () => {
  test('keeps the first copy of every id however rows are cut, and counts all of them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.nat(20), time: fc.nat(1000) }), { maxLength: 80 }),
        fc.integer({ min: 1, max: 20 }),
        (events, cut) => {
          const run = (size: number) => {
            const intake = new FeedIntake(
              {
                relation: 'log',
                id: ['id'],
                sequence: null,
                clock: { disorder: 50, partition: null },
                future: Infinity,
                health: 1000
              },
              0
            );
            const rows = [];
            for (let i = 0; i < events.length; i += size) {
              const part = events.slice(i, i + size);
              const table = columns({ id: numeric(part.map((e) => e.id)) });
              rows.push(
                ...toRows(
                  intake.take(
                    table,
                    Float64Array.from(part, (e) => e.time),
                    10
                  )
                )
              );
            }
            return { rows, late: intake.late, duplicates: intake.duplicates };
          };
          const cutUp = run(cut);
          expect(cutUp).toEqual(run(1));
          expect(cutUp.rows.length + cutUp.duplicates).toBe(events.length);
          expect(new Set(cutUp.rows.map((row) => row['id'])).size).toBe(cutUp.rows.length);
        }
      ),
      { numRuns: 200 }
    );
  });

  test('knows ids as a Set does, before and after they were put down, whatever they are', () => {
    const id = fc.oneof(
      fc.integer({ min: -40, max: 40 }),
      fc.constantFrom(-0, 0.5, 2 ** 31, 2 ** 53, 1e300, Infinity, '', '0', 'ü', 'a', 'b')
    );
    fc.assert(
      fc.property(fc.array(id), fc.array(id), (before, after) => {
        const known = new Set<string | number>(before);
        const ids = new IdSet();
        for (const one of before) ids.add(one);
        const again = IdSet.of(plainOfBytes(bytesOfPlain(ids.snapshot())) as IdSetSnapshot);
        for (const one of after) {
          const isNew = !known.has(one);
          expect(again.has(one)).toBe(!isNew);
          expect(again.add(one)).toBe(isNew);
          known.add(one);
        }
        expect(again.size).toBe(known.size);
      })
    );
  });

  test('knows a hundred thousand numbers in a row, in steps, large and broken ones', () => {
    for (const of of [
      (i: number) => i,
      (i: number) => i * 4096,
      (i: number) => 1.7e12 + i,
      Math.sqrt
    ]) {
      const numbers = Float64Array.from({ length: 100_000 }, (_, i) => of(i));
      const set = NumberSet.of(numbers);
      expect(set.numbers().every((number, i) => number === numbers[i])).toBe(true);
      expect(set.size).toBe(numbers.length);
      expect(numbers.every((number) => set.has(number) && !set.add(number))).toBe(true);
      expect(set.has(of(100_001))).toBe(false);
    }
    const set = NumberSet.of([NaN, 1]);
    expect([set.has(NaN), set.has(2)]).toEqual([true, false]);
  });

  test('remembers a bounded number of ids, the last of them for certain', () => {
    const filter = new IdFilter(['id'], 'log', 100);
    const isNew = filter.over(columns({ id: numeric(Array.from({ length: 1000 }, (_, i) => i)) }));
    for (let row = 0; row < 1000; row++) expect(isNew(row)).toBe(true);
    for (let row = 900; row < 1000; row++) expect(isNew(row)).toBe(false);
    expect(isNew(0)).toBe(true);
  });
});

test('a rate history of a month has at most 240 buckets and every event, and a break is a gap', () => {
  const history = new RateHistory(0);
  let events = 0;
  for (let hour = 0; hour < 24 * 30; hour++) {
    if (hour >= 300 && hour < 400) continue;
    history.add(hour * 3_600_000, hour);
    events += hour;
  }
  history.addBreak(299.5 * 3_600_000, 400 * 3_600_000);
  history.reach(24 * 31 * 3_600_000);
  const { values } = history.counts();
  expect(values.length).toBeLessThanOrEqual(240);
  expect(values.filter(Number.isNaN).length).toBeGreaterThan(10);
  expect(values.reduce((sum, v) => sum + (Number.isNaN(v) ? 0 : v), 0)).toBe(events);
  expect(history.counts(24 * 30 * 3_600_000).values.at(-1)).toBeNaN();
});

describe('framing', () => {
  test('lines come out whole however bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme' }).map((s) => s.replace(/[\n\r]/g, ' ')),
          { maxLength: 20 }
        ),
        fc.integer({ min: 1, max: 7 }),
        (lines, cut) => {
          const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
          const cutter = new LineCutter();
          const parts: number[] = [];
          for (let i = 0; i < bytes.length; i += cut) {
            const whole = cutter.push(bytes.subarray(i, i + cut));
            if (whole.length > 0) expect(whole.at(-1)).toBe(10);
            parts.push(...whole);
          }
          expect(parts).toEqual([...bytes]);
          expect(cutter.rest().length).toBe(0);
        }
      )
    );
  });

  test('CSV fields of any content are read as they were written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', 'é') });
    fc.assert(
      fc.property(
        fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        (lines, end) => {
          const quoted = (f: string) => `"${f.replaceAll('"', '""')}"`;
          const csv = lines.map((line) => line.map(quoted).join(',') + end).join('');
          expect(csvLines(csv)).toEqual(lines);
        }
      )
    );
  });
});

test('a queue that samples keeps every message with the same chance', async () => {
  let seed = 1;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const kept = new Array<number>(100).fill(0);
  for (let round = 0; round < 2000; round++) {
    const figures = { waiting: 0, dropped: 0 };
    const queue = new MessageQueue({ messages: 10, policy: 'sample', random, figures });
    for (let i = 0; i < 100; i++) queue.push({ data: String(i) });
    queue.end(null);
    expect(figures).toEqual({ waiting: 10, dropped: 90 });
    for await (const { data } of queue.read()) kept[Number(data)]!++;
  }
  // 200 of 2000 expected each; five standard deviations (13.4) either side.
  for (const count of kept) expect(Math.abs(count - 200)).toBeLessThan(67);
});
