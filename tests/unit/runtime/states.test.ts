import { describe, expect, it } from 'vitest';
import { problem } from '#lib/problems/index.ts';
import { neverRun, next, type CellEvent, type CellState, type RunId } from '#lib/runtime/states.ts';

const run = 7 as RunId;
const other = 8 as RunId;
const problems = [problem('config.template', {})];

const states = {
  stale: neverRun,
  blocked: { at: 'blocked', by: ['a'] },
  queued: { at: 'queued', run, place: 2 },
  running: { at: 'running', run, since: 100 },
  live: { at: 'live', run, since: 100, revision: 3 },
  done: { at: 'done', run, ms: 5, fingerprint: 'f' },
  error: { at: 'error', run, problems, gate: false, kept: false },
  cancelled: { at: 'cancelled', run, ms: 5 },
  off: { at: 'off' }
} as const satisfies Record<string, CellState>;

const events = {
  stale: { type: 'stale', reason: { why: 'edited' } },
  block: { type: 'block', by: ['b'] },
  off: { type: 'off' },
  fault: { type: 'fault', problems, gate: true, kept: true },
  restore: { type: 'restore', run, ms: 0, fingerprint: 'g' },
  queue: { type: 'queue', run, place: 1 },
  start: { type: 'start', run, since: 200 },
  progress: { type: 'progress', run, progress: { done: 1 } },
  live: { type: 'live', run, revision: 4 },
  pause: { type: 'pause', run, now: 300 },
  resume: { type: 'resume', run, now: 400 },
  finish: { type: 'finish', run, ms: 9, fingerprint: 'g' },
  fail: { type: 'fail', run, problems, gate: true, kept: true },
  cancel: { type: 'cancel', run, ms: 9 }
} as const satisfies Record<string, CellEvent>;

type StateName = keyof typeof states;
type EventName = keyof typeof events;

/** Where each event leads from each state; `=` means that nothing changes. */
const table: Record<EventName, Record<StateName, CellState['at'] | '='>> = {
  stale: row('stale stale stale stale stale stale stale stale stale'),
  block: row('blocked blocked blocked blocked blocked blocked blocked blocked blocked'),
  off: row('off off off off off off off off ='),
  fault: row('error error error error error error error error error'),
  restore: row('done done done = = done done done ='),
  queue: row('queued queued queued = = queued queued queued ='),
  start: row('= = running = = = = = ='),
  progress: row('= = = running live = = = ='),
  live: row('= = = live live = = = ='),
  pause: row('= = = running = = = = ='),
  resume: row('= = = = = = = = ='),
  finish: row('= = = done done = = = ='),
  fail: row('= = error error error = = = ='),
  cancel: row('= = cancelled cancelled cancelled = = = =')
};

function row(cells: string): Record<StateName, CellState['at'] | '='> {
  const values = cells.split(' ');
  const names = Object.keys(states) as StateName[];
  expect(values).toHaveLength(names.length);
  return Object.fromEntries(names.map((name, i) => [name, values[i]])) as Record<
    StateName,
    CellState['at'] | '='
  >;
}

describe('next', () => {
  for (const event of Object.keys(table) as EventName[]) {
    for (const state of Object.keys(states) as StateName[]) {
      const expected = table[event][state];
      it(`${state} × ${event} → ${expected}`, () => {
        const after = next(states[state], events[event]);
        if (expected === '=') expect(after).toBe(states[state]);
        else {
          expect(after.at).toBe(expected);
          expect(after).not.toBe(states[state]);
        }
      });
    }
  }

  it('ignores events of another run in every state', () => {
    const ofARun = [
      'start',
      'progress',
      'live',
      'pause',
      'resume',
      'finish',
      'fail',
      'cancel'
    ] as const;
    for (const state of Object.values(states)) {
      for (const name of ofARun) expect(next(state, { ...events[name], run: other })).toBe(state);
    }
    expect(next(states.queued, { ...events.queue, run: other })).toBe(states.queued);
    expect(next(states.queued, { ...events.restore, run: other })).toBe(states.queued);
  });

  it('does not count the time that a run was paused', () => {
    const paused = next(states.running, events.pause);
    expect(paused).toEqual({ at: 'running', run, since: 100, pausedAt: 300 });
    expect(next(paused, { ...events.pause, now: 350 })).toBe(paused);
    expect(next(paused, events.resume)).toEqual({ at: 'running', run, since: 200 });
    expect(next(paused, events.cancel)).toEqual({ at: 'cancelled', run, ms: 9 });
  });

  it('returns the same object when an event says what is so already', () => {
    expect(next(neverRun, { type: 'stale', reason: { why: 'never-run' } })).toBe(neverRun);
    const inputs = next(neverRun, { type: 'stale', reason: { why: 'inputs', inputs: ['a'] } });
    expect(next(inputs, { type: 'stale', reason: { why: 'inputs', inputs: ['a'] } })).toBe(inputs);
    expect(next(inputs, { type: 'stale', reason: { why: 'inputs', inputs: ['b'] } })).not.toBe(
      inputs
    );
    expect(next(states.blocked, { type: 'block', by: ['a'] })).toBe(states.blocked);
    expect(next(states.queued, { type: 'queue', run, place: 2 })).toBe(states.queued);
    expect(next(states.live, { type: 'live', run, revision: 3 })).toBe(states.live);
    expect(next(states.done, { ...events.restore, fingerprint: 'f' })).toBe(states.done);
    const fault = next(neverRun, events.fault);
    expect(next(fault, events.fault)).toBe(fault);
  });

  it('keeps since and progress when a running cell goes live', () => {
    const progressed = next(states.running, events.progress);
    expect(next(progressed, events.live)).toEqual({
      at: 'live',
      run,
      since: 100,
      revision: 4,
      progress: { done: 1 }
    });
  });
});
