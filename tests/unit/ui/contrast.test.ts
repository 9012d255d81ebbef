import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../../src/tokens.css', import.meta.url), 'utf8');

type Theme = Readonly<Record<string, string>>;

function block(selector: string): Theme {
  const start = css.indexOf(`${selector} {`);
  expect(start, selector).toBeGreaterThanOrEqual(0);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start));
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((match) => [match[1], match[2]])
  ) as Theme;
}

const light = block(':root');
const dark = { ...light, ...block(`:root[data-theme='dark']`) };
const lightMore = { ...light, ...block(`:root[data-contrast='more']`) };
const darkMore = {
  ...lightMore,
  ...block(`:root[data-theme='dark']`),
  ...block(`:root[data-theme='dark'][data-contrast='more']`)
};
const themes = { light, dark, lightMore, darkMore };

function luminance(hex: string): number {
  const short = /^#(\w)(\w)(\w)$/.exec(hex);
  const full = short ? `#${short[1]}${short[1]}${short[2]}${short[2]}${short[3]}${short[3]}` : hex;
  const [r, g, b] = [1, 3, 5].map((i) => {
    const channel = Number.parseInt(full.slice(i, i + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** The contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const surfaces = ['paper', 'sheet', 'well'];
const texts = ['ink', 'ink-2', 'ink-3', 'accent', 'wait', 'bad', 'good', 'idle'];
const code = ['code-key', 'code-str', 'code-num', 'code-note', 'code-name'];
const controls = ['edge', 'focus'];
const marks = ['c-actual', 'c-forecast', 'c-anomaly', 'c-alert', 'c-threshold', 'c-axis'];

describe.each(Object.entries(themes))('contrast in %s', (_name, theme) => {
  const worst = (roles: readonly string[], on: readonly string[]) =>
    roles.flatMap((role) =>
      on.map((surface) => ({
        pair: `${role} on ${surface}`,
        ratio: contrast(theme[role]!, theme[surface]!)
      }))
    );

  it('is at least 4.6 for text on every surface', () => {
    for (const { pair, ratio } of worst(texts, surfaces)) {
      expect(ratio, pair).toBeGreaterThanOrEqual(4.6);
    }
  });

  it('is at least 4.5 for code, for text on buttons and for states on their own soft colour', () => {
    const pairs = [
      ...worst(code, ['well', 'sheet']),
      ...worst(['on-accent'], ['accent', 'accent-hover']),
      ...worst(['ink'], ['accent-soft', 'well-2'])
    ];
    for (const state of ['wait', 'bad', 'good']) pairs.push(...worst([state], [`${state}-soft`]));
    for (const { pair, ratio } of pairs) expect(ratio, pair).toBeGreaterThanOrEqual(4.5);
  });

  it('is at least 3 for control edges and the focus ring', () => {
    for (const { pair, ratio } of worst(controls, surfaces)) {
      expect(ratio, pair).toBeGreaterThanOrEqual(3);
    }
  });

  it('is at least 3 for chart marks on paper and sheet', () => {
    for (const { pair, ratio } of worst(marks, ['paper', 'sheet'])) {
      expect(ratio, pair).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('colours', () => {
  it('stand in tokens.css and nowhere else', () => {
    const files = import.meta.glob<string>(
      ['../../../src/**/*.svelte', '../../../src/styles/*.css', '../../../src/lib/charts/*.ts'],
      { query: '?raw', import: 'default', eager: true }
    );
    expect(Object.keys(files).length).toBeGreaterThan(20);
    for (const [path, text] of Object.entries(files)) {
      const found = text
        .match(/#(?:[\da-f]{6}|[\da-f]{3})\b(?![\w-])/gi)
        ?.filter((hex) => /\d/.test(hex));
      expect(found ?? [], path).toEqual([]);
    }
  });
});
