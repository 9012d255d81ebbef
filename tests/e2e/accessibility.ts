import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** Puts axe on the page once its colours are what they come to: in a change of the theme they are neither these nor those. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  await page.waitForFunction(() =>
    document.getAnimations().every(({ effect, playState }) => {
      const ends = Number.isFinite(effect?.getComputedTiming().endTime ?? 0);
      return playState !== 'running' || !ends;
    })
  );
}

/** What axe finds wrong by WCAG 2.2 AA inside `selector`. */
export async function violations(page: Page, selector: string): Promise<string[]> {
  await bringAxe(page);
  return page.evaluate(async (of) => {
    const { axe } = window as unknown as {
      axe: {
        run(
          of: string,
          o: object
        ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const found = await axe.run(of, { runOnly: { type: 'tag', values: tags } });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }, selector);
}
