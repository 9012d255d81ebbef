import { afterEach, expect, test, vi } from 'vitest';
import { forgetTrainings, trainingBytes } from '#lib/storage/trainings.ts';
import { directoryOf } from '../../support/directory.ts';
import { MemoryFolder } from '../../support/log-folder.ts';

/** A browser whose folder of trainings has one, and refuses so often to let it go, as while a state is written into it. */
async function browser(refusals: number): Promise<void> {
  const origin = new MemoryFolder();
  const runs = (await origin.folder('runs')) as MemoryFolder;
  const run = (await runs.folder('fingerprint')) as MemoryFolder;
  run.contents.set('backtest', new Uint8Array(300));
  const trainings = directoryOf(runs, 'runs');
  const remove = trainings.removeEntry.bind(trainings);
  trainings.removeEntry = async (...entry) => {
    if (refusals-- > 0) throw new DOMException('', 'NoModificationAllowedError');
    await remove(...entry);
  };
  const root = { getDirectoryHandle: () => Promise.resolve(trainings) };
  vi.stubGlobal('navigator', { storage: { getDirectory: () => Promise.resolve(root) } });
  vi.stubGlobal('FileSystemFileHandle', { prototype: { createWritable: () => undefined } });
}

afterEach(() => vi.unstubAllGlobals());

test('trainings are forgotten', async () => {
  await browser(0);
  expect(await trainingBytes()).toBe(300);
  await forgetTrainings();
  expect(await trainingBytes()).toBe(0);
});

test('a training whose state is being written is forgotten when that is done', async () => {
  await browser(3);
  await forgetTrainings();
  expect(await trainingBytes()).toBe(0);
});

test('one that is never let go is left at last', async () => {
  vi.useFakeTimers();
  try {
    await browser(Infinity);
    const forgotten = forgetTrainings();
    await vi.runAllTimersAsync();
    await forgotten;
    expect(await trainingBytes()).toBe(300);
  } finally {
    vi.useRealTimers();
  }
});
