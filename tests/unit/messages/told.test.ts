import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { problem } from '#lib/problems/index.ts';

let failures = 0;
let loads = 0;

beforeEach(() => {
  [failures, loads] = [0, 0];
  vi.resetModules();
  vi.stubGlobal('document', { documentElement: { lang: 'zh-CN' } });
  vi.doMock('#lib/problems/zh-CN/index.ts', async (original) => {
    loads++;
    if (loads <= failures) throw new Error('offline');
    return original();
  });
});

afterEach(() => {
  vi.doUnmock('#lib/problems/zh-CN/index.ts');
  vi.unstubAllGlobals();
});

const source = problem('live.from', { relation: 'orders' } as never);
const isChinese = (text: unknown) => /[\u4e00-\u9fff]/.test(String(text));

test('the words of a language that could not be loaded are asked for at the next problem', async () => {
  failures = 2;
  const { told } = await import('#lib/messages/told.svelte.ts');
  await vi.waitFor(() => expect(loads).toBe(1), 10_000);
  await vi.waitFor(() => {
    const { message } = told(source);
    expect(isChinese(message)).toBe(true);
  }, 10_000);
  expect(loads).toBe(3);
  told(source);
  expect(loads).toBe(3);
});

test('a problem told while the words are on their way has them asked for again when they do not come', async () => {
  failures = 1;
  const { told } = await import('#lib/messages/told.svelte.ts');
  expect(isChinese(told(source).message)).toBe(false);
  await vi.waitFor(() => expect(loads).toBe(2), 10_000);
  await vi.waitFor(() => expect(isChinese(told(source).message)).toBe(true), 10_000);
  expect(loads).toBe(2);
});
