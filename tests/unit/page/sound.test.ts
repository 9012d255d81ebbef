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

test('where the reader tries it, a sound that is slow to start is waited for', async () => {
  class SlowContext extends SilentContext {
    override resume(): Promise<void> {
      return new Promise((done) =>
        setTimeout(() => {
          Object.assign(this, { state: 'running' });
          done();
        }, 1500)
      );
    }
    readonly currentTime = 0;
    readonly destination = {};
    createOscillator = () => ({
      frequency: {},
      connect: (to: unknown) => to,
      start() {},
      stop() {}
    });
    createGain = () => {
      const gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
      return { gain, connect: (to: unknown) => to };
    };
  }
  vi.stubGlobal('AudioContext', SlowContext);
  const { chime, trial } = await import('#lib/page/telling/sound.ts');
  expect(await chime(trial)).toBe(true);
});
