import { describe, expect, it } from 'vitest';
import { momentAfterKey } from '#lib/cells/monitor/board/scrub.ts';
import { Stage } from '#lib/cells/monitor/board/stage.svelte.ts';

describe('the stretch that a board shows', () => {
  it('is the usual one, a part of what there is, or all of it', () => {
    const stage = new Stage();
    stage.reach(0, 600, 1);
    expect([stage.from, stage.to, stage.whole]).toEqual([300, 600, false]);
    stage.showAll();
    expect([stage.from, stage.to, stage.whole]).toEqual([0, 600, true]);
    stage.zoom(0.5);
    expect([stage.from, stage.to, stage.whole]).toEqual([300, 600, false]);
  });

  it('is all of it still when more has been read, or has come', () => {
    const stage = new Stage();
    stage.reach(72, 600, 1);
    stage.showAll();
    stage.reach(0, 672, 1);
    expect([stage.from, stage.to, stage.whole]).toEqual([0, 672, true]);
    stage.zoom(0.5);
    stage.reach(0, 1000, 1);
    expect([stage.from, stage.to]).toEqual([664, 1000]);
    stage.panTo(0);
    expect([stage.from, stage.to]).toEqual([0, 336]);
  });

  it('is less than a screen near the beginning, and where there are few windows', () => {
    const stage = new Stage();
    stage.reach(10, 200, 1);
    expect([stage.from, stage.to, stage.whole]).toEqual([10, 200, true]);
    stage.moveTo(199);
    expect([stage.from, stage.to, stage.length]).toEqual([10, 199, 189]);
    stage.reach(0, 200, 1);
    expect([stage.from, stage.to]).toEqual([0, 199]);
    stage.moveTo(-50);
    expect([stage.from, stage.to]).toEqual([-2, 0]);
  });
});

describe('the keys that move through time', () => {
  const press = (stage: Stage, key: string, shift = false) => {
    const to = momentAfterKey(stage, key, shift);
    if (to !== null) stage.moveTo(to);
    return stage.to;
  };

  it('move by a window, ten, or a screen, and to the first screen before the first window', () => {
    const stage = new Stage();
    stage.reach(0, 1000, 1);
    expect(press(stage, 'ArrowLeft')).toBe(999);
    expect(press(stage, 'ArrowRight', true)).toBe(1000);
    expect(press(stage, 'PageUp')).toBe(700);
    expect(press(stage, 'Home')).toBe(300);
    expect(press(stage, 'PageUp')).toBe(300);
    expect(press(stage, 'Home')).toBe(0);
    expect(press(stage, 'PageUp')).toBe(0);
    expect(press(stage, 'PageDown')).toBe(300);
    expect(press(stage, 'x')).toBe(300);
  });

  it('move while all there is is shown', () => {
    const stage = new Stage();
    stage.reach(0, 100, 1);
    expect(press(stage, 'ArrowLeft')).toBe(99);
    expect(press(stage, 'PageUp')).toBe(99);
    expect(press(stage, 'Home')).toBe(0);
  });
});
