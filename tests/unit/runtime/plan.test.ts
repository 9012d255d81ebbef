import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeRoom, laneOf, Lanes } from '#lib/runtime/lanes.ts';
import { plan } from '#lib/runtime/plan.ts';
import { notebook } from './lab.ts';

const nothing = () => false;

describe('plan', () => {
  const graph = notebook('sql:d reads=b,c', 'sql:c reads=a', 'sql:b reads=a', 'sql:a 1', 'sql:e 1');

  it('lists what is needed in topological order, ties by document order', () => {
    expect(plan(graph, ['d'], nothing)).toEqual(['a', 'c', 'b', 'd']);
  });

  it('leaves out what is done, unless something it needs is not', () => {
    expect(plan(graph, ['d'], (id) => id !== 'd')).toEqual(['d']);
    expect(plan(graph, ['d'], (id) => id !== 'b' && id !== 'd')).toEqual(['b', 'd']);
    expect(plan(graph, ['d'], (id) => id !== 'a')).toEqual(['a', 'c', 'b', 'd']);
    expect(plan(graph, ['d'], () => true)).toEqual([]);
  });

  it('leaves out cells that cannot run and names it does not know', () => {
    const faulty = notebook('sql:a broken', 'sql:b reads=a');
    expect(plan(faulty, ['a', 'b', 'nowhere'], nothing)).toEqual(['b']);
  });

  it('puts every cell behind all it needs, in any acyclic graph', () => {
    const edges = fc.array(fc.tuple(fc.nat(14), fc.nat(14)), { maxLength: 40 });
    fc.assert(
      fc.property(edges, fc.array(fc.nat(14), { minLength: 1 }), (pairs, want) => {
        const reads = Array.from({ length: 15 }, (_, i) =>
          pairs.filter(([from, to]) => to === i && from < i).map(([from]) => `n${from}`)
        );
        const cells = reads.map((r, i) => `sql:n${i} 1${r.length ? ` reads=${r.join(',')}` : ''}`);
        const random = notebook(...cells.reverse());
        const order = plan(
          random,
          want.map((i) => `n${i}`),
          nothing
        );
        for (const [i, id] of order.entries()) {
          for (const need of random.byId.get(id)!.upstream) {
            expect(order.indexOf(need)).toBeGreaterThanOrEqual(0);
            expect(order.indexOf(need)).toBeLessThan(i);
          }
        }
        for (const i of want) expect(order).toContain(`n${i}`);
      }),
      { numRuns: 50 }
    );
  });
});

describe('lanes', () => {
  it('follow from mode and need of a network', () => {
    expect(
      (['sql', 'load', 'compute', 'script', 'live'] as const).map((m) => laneOf(m, false))
    ).toEqual(['data', 'data', 'cpu', 'sandbox', 'stream']);
    expect(laneOf('compute', true)).toBe('gpu');
  });

  it('have room for one each, but for processor cores and streams', () => {
    expect([1, 2, 4, 8].map(computeRoom)).toEqual([1, 1, 3, 7]);
    const lanes = new Lanes(3);
    for (const [lane, room] of [
      ['data', 1],
      ['gpu', 1],
      ['sandbox', 1],
      ['cpu', 2]
    ] as const) {
      for (let i = 0; i < room; i++) {
        expect(lanes.hasRoom(lane)).toBe(true);
        lanes.enter(lane);
      }
      expect(lanes.hasRoom(lane)).toBe(false);
      lanes.leave(lane);
      expect(lanes.hasRoom(lane)).toBe(true);
    }
    for (let i = 0; i < 100; i++) lanes.enter('stream');
    expect(lanes.hasRoom('stream')).toBe(true);
  });
});
