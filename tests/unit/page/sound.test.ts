import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** A browser that starts no sound until it is let to: what is made, and what is asked of it. */
class SilentContext {
  static readonly made: SilentContext[] = [];
  state: 'suspended' | 'closed' = 'suspended';
  closings = 0;

  constructor() {
    SilentContext.made.push(this);
  }

  resume(): Promise<void> {
    return this.state === 'closed'
      ? Promise.reject(new Error('closed'))
      : new Promise<void>(() => undefined);
  }

  close(): Promise<void> {
    this.closings++;
    if (this.state === 'closed') return Promise.reject(new Error('closed'));
    this.state = 'closed';
    return Promise.resolve();
  }
}

beforeEach(() => {
  vi.stubGlobal('AudioContext', SilentContext);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test('news that come together, or while others wait, stay silent where the browser does', async () => {
  const { chime } = await import('#lib/page/telling/sound.ts');
  const both = [chime(), chime()];
  await new Promise((done) => setTimeout(done, 500));
  both.push(chime());
  expect(await Promise.all(both)).toEqual([false, false, false]);
  expect(SilentContext.made.map(({ closings }) => closings)).toEqual([1]);
  expect(await chime()).toBe(false);
  expect(SilentContext.made.map(({ closings }) => closings)).toEqual([1, 1]);
});
