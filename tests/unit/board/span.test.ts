import { describe, expect, it } from 'vitest';
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
    stage.moveTo(0);
    expect([stage.from, stage.to]).toEqual([0, 336]);
  });
});
