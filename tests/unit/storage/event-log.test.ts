import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boolean, columns, numeric, text, type Columns } from '#lib/base/columns.ts';
import { crc32c } from '#lib/base/crc32c.ts';
import { bytesOfPlain, plainOfBytes } from '#lib/base/plain-bytes.ts';
import { EventLog } from '#lib/live/log/event-log.ts';
import { packTable, unpackTable, type PackedTable } from '#lib/live/log/table-bytes.ts';
import { Crash, MemoryFolder } from '../../support/log-folder.ts';

const small = { segmentBytes: 200 };

/** A batch of rows numbered from `seq` on; what it holds follows from them. */
const bodyOf = (seq: number, rows: number) =>
  Uint8Array.from({ length: rows * 5 + 3 }, (_, i) => (seq * 31 + i * 7) & 0xff);

async function recordsOf(log: EventLog, from = 1) {
  const found: { seq: number; rows: number }[] = [];
  for await (const { seq, rows, body } of log.read(from)) {
    expect(body).toEqual(bodyOf(seq, rows));
    found.push({ seq, rows });
  }
  return found;
}

async function filled(folder: MemoryFolder, batches: readonly number[]) {
  const log = await EventLog.open(folder, small);
  for (const rows of batches) await log.append(rows, bodyOf(log.next, rows));
  return log;
}

const numbered = (batches: readonly number[]) => {
  let seq = 1;
  return batches
    .map((rows) => ({ seq, rows, end: (seq += rows) }))
    .map(({ seq: s, rows }) => ({
      seq: s,
      rows
    }));
};

test('CRC-32C has the values of RFC 3720 and agrees with the definition at every length', () => {
  const zeros = new Uint8Array(32);
  expect(crc32c(zeros)).toBe(0x8a9136aa);
  expect(crc32c(zeros.fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  const slow = (bytes: Uint8Array) => {
    let crc = 0xffffffff;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    }
    return ~crc >>> 0;
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (b) => crc32c(b) === slow(b)));
});

describe('a log', () => {
  test('gives back what was written, over as many segments and openings as it takes', async () => {
    const folder = new MemoryFolder();
    const batches = [3, 0, 40, 1, 1, 0, 90, 2, 7];
    (await filled(folder, batches)).close();
    expect(folder.contents.size).toBe(3);
    const log = await EventLog.open(folder, small);
    expect(log.next).toBe(145);
    expect(await recordsOf(log)).toEqual(numbered(batches));
    expect(await recordsOf(log, 45)).toEqual(numbered(batches).slice(4));
    await log.append(5, bodyOf(145, 5));
    expect(await recordsOf(log, 144)).toEqual(numbered([...batches, 5]).slice(8));
    expect(log.damage).toEqual([]);
  });

  test('that dies at any byte has every record that was acknowledged, and nothing of others', async () => {
    const batches = [3, 20, 1, 30, 0, 8];
    const whole = new MemoryFolder();
    (await filled(whole, batches)).close();
    const bytes = [...whole.contents.values()].reduce((sum, b) => sum + b.length, 0);
    for (let left = 1; left < bytes + 10; left++) {
      const folder = new MemoryFolder({ left });
      let acknowledged = 0;
      try {
        const log = await EventLog.open(folder, small);
        for (const rows of batches) {
          await log.append(rows, bodyOf(log.next, rows));
          acknowledged++;
        }
      } catch (error) {
        expect(error).toBeInstanceOf(Crash);
      }
      const log = await EventLog.open(folder.survived(), small);
      const found = await recordsOf(log);
      const all = numbered(batches);
      // A record may be whole though nobody was told so.
      expect([acknowledged, acknowledged + 1]).toContain(found.length);
      expect(found).toEqual(all.slice(0, found.length));
      expect(log.damage).toEqual([]);
      await log.append(4, bodyOf(log.next, 4));
      expect((await recordsOf(log)).at(-1)!.rows).toBe(4);
    }
  });

  test('with a damaged byte anywhere loses the record it stands in, says which, and keeps all others', async () => {
    const batches = [3, 20, 1, 30, 2, 8, 12, 5];
    const whole = new MemoryFolder();
    (await filled(whole, batches)).close();
    for (const [name, bytes] of whole.contents) {
      for (let at = 0; at < bytes.length; at += 3) {
        const folder = whole.survived();
        folder.contents.get(name)![at]! ^= 0x55;
        const log = await EventLog.open(folder, small);
        const found = await recordsOf(log);
        const lost = numbered(batches).filter((r) => !found.some(({ seq }) => seq === r.seq));
        const told = log.damage.flatMap(({ from, to }) => [[from, to]]);
        const isHead = at < 12;
        if (!isHead) expect(lost.length).toBe(1);
        // What is lost at the very end cannot be told from what was never written.
        const end = numbered(batches).at(-1)!;
        const ranges = lost.filter((r) => r.seq !== end.seq && r.seq < log.next);
        expect(told.reduce((sum, [from, to]) => sum + to! - from! + 1, 0)).toBe(
          ranges.reduce((sum, r) => sum + r.rows, 0)
        );
      }
    }
  });

  test('drops whole old segments by number and by size', async () => {
    const folder = new MemoryFolder();
    const log = await filled(
      folder,
      Array.from({ length: 30 }, () => 10)
    );
    await log.dropBefore(100);
    expect(log.first).toBeLessThanOrEqual(100);
    expect(log.first).toBeGreaterThan(80);
    const before = log.bytes;
    await log.dropBeyond(before / 2);
    expect(log.bytes).toBeLessThanOrEqual(before / 2);
    expect((await recordsOf(log))[0]!.seq).toBe(log.first);
    log.close();
    const again = await EventLog.open(folder, small);
    expect([again.first, again.next]).toEqual([log.first, 301]);
  });

  test('is cut off after a row as if what followed had never been written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        async (batches, at) => {
          const log = await filled(new MemoryFolder(), batches);
          const kept = at % (batches.length + 1);
          const last = batches.slice(0, kept).reduce((sum, n) => sum + n, 0);
          await log.cutAfter(last);
          const rows = (await recordsOf(log)).filter((r) => r.rows > 0);
          expect(rows).toEqual(
            numbered(batches).filter((r) => r.rows > 0 && r.seq + r.rows - 1 <= last)
          );
          expect(log.next).toBe(last + 1);
          await log.append(2, bodyOf(last + 1, 2));
          expect((await recordsOf(log)).at(-1)).toEqual({ seq: last + 1, rows: 2 });
        }
      ),
      { numRuns: 60 }
    );
  });

  test('that is full refuses a record whole, and goes on when there is room', async () => {
    const folder = new MemoryFolder();
    const log = await filled(folder, [10, 10]);
    folder.quota = 160;
    await expect(log.append(30, bodyOf(21, 30))).rejects.toThrow('full');
    folder.quota = Infinity;
    await log.append(1, bodyOf(21, 1));
    log.close();
    expect(await recordsOf(await EventLog.open(folder, small))).toEqual(numbered([10, 10, 1]));
  });

  test('its states change as a whole or not at all, wherever it dies', async () => {
    const first = { rows: 3, value: { a: Float64Array.of(1, 2) } };
    const second = { rows: 9, value: { a: Float64Array.of(3), b: 'x'.repeat(40) } };
    const base = new MemoryFolder();
    const log = await EventLog.open(base, small);
    await log.saveState('intake', first);
    await log.saveState('other', first);
    let done = false;
    for (let left = 1; !done; left++) {
      const folder = base.survived(left);
      try {
        await (await EventLog.open(folder, small)).saveState('intake', second);
        done = true;
      } catch (error) {
        expect(error).toBeInstanceOf(Crash);
      }
      const again = await EventLog.open(folder.survived(), small);
      const found = await again.loadState('intake');
      expect(done ? [second] : [first, second]).toContainEqual(found);
      expect(await again.loadState('other')).toEqual(first);
      expect([...folder.contents.keys()].filter((n) => n.startsWith('state')).length).toBeLessThan(
        4
      );
    }
  });
});

test('tables come back as they were', () => {
  const table: Columns = columns({
    at: numeric([1.5, null, 3], 'timestamp'),
    n: numeric([1, 2, 3], 'integer'),
    name: text(['a', null, 'ü😀']),
    same: text(['', 'a', 'a']),
    yes: boolean([true, null, false]),
    nested: { type: 'other', sqlType: 'VARCHAR[]', values: [['a'], null, [{ b: 1 }]] }
  });
  const packed = plainOfBytes(bytesOfPlain(packTable(table))) as PackedTable;
  expect(unpackTable(packed)).toEqual(table);
});
