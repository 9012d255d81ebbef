import { describe, expect, it } from 'vitest';
import { filterOf, draftOf, isBound } from '#lib/tables/filter-draft.ts';
import { TableState } from '#lib/tables/table-state.svelte.ts';
import { binFilter, timeText } from '#lib/tables/words.ts';

const units = { name: 'units', type: 'integer' as const };
const at = { name: 'at', type: 'timestamp' as const };

describe('a filter form', () => {
  it('reads numbers and days as people write them, and nothing else', () => {
    expect(['', '1,234.5', '−3', '1e6', ' 7 '].every((text) => isBound(text, units))).toBe(true);
    expect(['x', '1;', '2011'].some((text) => isBound(text, at))).toBe(false);
    expect(isBound('2011-01-05 08:30', at)).toBe(true);
  });

  it('means the last day whole', () => {
    const draft = { ...draftOf(undefined, 'range'), from: '2011-01-01', to: '2011-01-31' };
    expect(filterOf(draft, at)).toMatchObject({
      from: '2011-01-01',
      to: '2011-02-01',
      below: true
    });
    expect(filterOf({ ...draft, from: '', to: '' }, at)).toBeNull();
  });
});

describe('a class of a histogram', () => {
  const bins = { edges: [0, 5, 10, 15], counts: [9, 3, 1], openBelow: true, openAbove: false };

  it('is a range; an open one has no end', () => {
    expect(binFilter(units, bins, 0, 1)).toMatchObject({ from: null, to: '5', below: true });
    expect(binFilter(units, bins, 1, 3)).toMatchObject({ from: '5', to: '15', below: true });
    const figure = { name: 'price', type: 'number' as const };
    expect(binFilter(figure, bins, 2, 3)).toMatchObject({ from: '10', to: '15', below: false });
  });

  it('writes times as SQL does', () => {
    expect(timeText(Date.UTC(2011, 0, 5))).toBe('2011-01-05');
    expect(timeText(Date.UTC(1969, 11, 31, 23, 59, 59, 500))).toBe('1969-12-31 23:59:59.500');
    expect(timeText(Date.UTC(-43, 2, 15))).toBe('0044-03-15 (BC)');
  });
});

describe('how a reader looks at a table', () => {
  it('puts pinned columns first and leaves hidden ones out', () => {
    const view = new TableState();
    const fields = [units, at, { name: 'sku', type: 'text' as const }];
    view.togglePin('sku');
    view.toggleHidden('at');
    expect(view.shown(fields).map((f) => f.name)).toEqual(['sku', 'units']);
    view.fit([at]);
    expect(view.shown([at])).toEqual([at]);
  });

  it('keeps one range per column, and drops filters on columns that went', () => {
    const view = new TableState();
    view.setFilter({ column: 'units', op: 'range', from: '1', to: null });
    view.setFilter({ column: 'units', op: 'range', from: '2', to: null });
    view.setFilter({ column: 'sku', op: 'contains', text: 'a' });
    view.setFilter({ column: 'sku', op: 'starts', text: 'b' });
    expect(view.filters).toHaveLength(3);
    view.fit([units]);
    expect(view.filters).toEqual([{ column: 'units', op: 'range', from: '2', to: null }]);
  });
});
