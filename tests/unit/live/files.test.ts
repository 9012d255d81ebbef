import { expect, test } from 'vitest';
import { toRows } from '#lib/base/columns.ts';
import { runFeedForTest } from '../../support/feed.ts';

const line = (seq: number) => `${JSON.stringify({ seq, at: 1_709_510_400_000 + seq })}\n`;
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => line(from + i)).join('');

test('a growing file is read on from its last whole line, and anew once it was replaced', async () => {
  let content = lines(0, 100) + line(100).slice(0, 7);
  const steps: [number, () => void][] = [
    [100, () => (content = lines(0, 250))],
    [250, () => (content += line(250).slice(0, 3))],
    [250, () => (content += `${line(250).slice(3)}${lines(251, 300)}`)],
    [300, () => (content = lines(1000, 1050))],
    [350, () => (content = lines(2000, 2400))]
  ];
  const { log, problems, report } = await runFeedForTest(
    'tail: { file: live.log, every: 5ms }\ntime: at',
    {
      env: { growingFile: () => ({ getFile: () => Promise.resolve(new Blob([content])) }) },
      until: ({ events }) => {
        if (events >= (steps[0]?.[0] ?? Infinity)) steps.shift()![1]();
        return events >= 750;
      }
    }
  );
  // Twice: that is told as two gaps, and as one warning.
  expect(problems.map((p) => [p.code, p.severity])).toEqual([['feed.replaced', 'warning']]);
  expect(report.feed!.gaps.map((gap) => gap.why)).toEqual(['break', 'break']);
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  expect(toRows(log!).map((row) => row['seq'])).toEqual([
    ...range(0, 300),
    ...range(1000, 1050),
    ...range(2000, 2400)
  ]);
});

test('a file that is written while it is read is read again, and no line twice', async () => {
  let content = lines(0, 50);
  let refused = 0;
  const changed = () => new DOMException('The file has changed.', 'NotReadableError');
  /** Every seventh piece that is asked for is of a file that has changed since. */
  const handle = {
    getFile: () => {
      const blob = new Blob([content]);
      const slice = blob.slice.bind(blob);
      blob.slice = (...range) => {
        const piece = slice(...range);
        if (refused++ % 7 === 6) piece.arrayBuffer = () => Promise.reject(changed());
        return piece;
      };
      return Promise.resolve(blob);
    }
  };
  const { log, problems } = await runFeedForTest('tail: { file: live.log, every: 5ms }\ntime: at', {
    env: { growingFile: () => handle },
    until: ({ events }) => {
      if (events < 500 && content.length < 20_000)
        content += lines(content.split('\n').length - 1, content.split('\n').length + 49);
      return events >= 500;
    }
  });
  expect(problems).toEqual([]);
  const seqs = toRows(log!).map((row) => row['seq']);
  expect(seqs).toEqual(seqs.map((_, i) => i));
});

test('from the end only what is added counts; a file that is not there is told', async () => {
  let content = lines(0, 100);
  const { log } = await runFeedForTest('tail: { file: a, every: 5ms, from: end }\ntime: at', {
    env: { growingFile: () => ({ getFile: () => Promise.resolve(new Blob([content])) }) },
    until: ({ events, feed }) => {
      if (content.length < 6000 && feed!.status.state === 'open') content += lines(100, 120);
      return events >= 20;
    }
  });
  expect(toRows(log!)[0]!['seq']).toBe(100);
  const { problems } = await runFeedForTest('tail: nothing.log\ntime: at');
  expect(problems.map((p) => p.code)).toEqual(['feed.no-file']);
});

test('another tab posts objects, lists and text to a channel', async () => {
  const other = new BroadcastChannel('desk');
  let posted = false;
  const { log } = await runFeedForTest('channel: desk\ntime: at', {
    until: ({ events, feed }) => {
      if (!posted && feed!.status.state === 'open') {
        posted = true;
        other.postMessage({ seq: 0, at: 1_709_510_400 });
        other.postMessage([{ seq: 1, at: 1_709_510_401 }]);
        other.postMessage('{"seq": 2, "at": 1709510402}');
      }
      return events >= 3;
    }
  });
  other.close();
  expect(toRows(log!).map((row) => row['seq'])).toEqual([0, 1, 2]);
});
