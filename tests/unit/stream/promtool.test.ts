import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { AlertRule } from '#lib/analytics/stream/alert-board.ts';
import { parseMeasures } from '#lib/analytics/stream/measures.ts';
import { MonitorFold } from '#lib/analytics/stream/monitor-fold.ts';
import { columns, numeric, text, toRows } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import { specOf } from './events.ts';

/**
 * The whole way from events to transitions against Prometheus's own evaluation, for every rule, series and
 * minute: a series that is stale to Prometheus is a window without events to us.
 *
 * Where we differ on purpose, and what is therefore not generated here: `no_data`, `error` and `unknown` are
 * states of their own, `recover` (hysteresis) ends firing by a second condition, `not` over something missing is missing
 * (PromQL's `unless` takes it for true), and a division by zero is an error (PromQL makes it infinite).
 */
const promtool = process.env['PROMTOOL'] ?? 'promtool';
const isThere = spawnSync(promtool, ['--version']).status === 0;
const why = isThere ? '' : ' (skipped: promtool, Debian package prometheus, is not installed)';

const minute = 60_000;
const minutes = 20;
const keys = Array.from({ length: 80 }, (_, k) => `k${k}`);
const ruleCount = 50;
/** promtool lets a query look at 10,000 samples. */
const rulesPerFile = 25;
const random = seeded(7, 'promtool');
const upTo = (most: number) => Math.floor(random() * (most + 1));
const oneOf = <T>(list: readonly T[]): T => list[upTo(list.length - 1)]!;

/** Values in runs, so that alerts get to fire and to keep firing; null is a gap. */
function randomSeries(): (number | null)[] {
  const calm = random();
  let value: number | null = upTo(4);
  return Array.from({ length: minutes }, () => {
    if (random() > calm) value = random() < 0.2 ? null : upTo(4);
    return value;
  });
}

/** Conditions that read the same in PromQL and here, but for the signs of equality. */
function randomCondition(): string {
  const subject = oneOf(['x', 'y', 'x + y', 'x - y', '2 * x', 'x * y']);
  const compared = `${subject} ${oneOf(['>', '>=', '<', '<=', '=', '!='])} ${upTo(4)}`;
  return random() < 0.6 ? compared : `${compared} ${oneOf(['and', 'or'])} y >= ${upTo(3)}`;
}

const series = new Map(keys.map((key) => [key, { x: randomSeries(), y: randomSeries() }]));
const rules: AlertRule[] = Array.from({ length: ruleCount }, (_, i) => ({
  name: `r${i}`,
  when: randomCondition(),
  recover: null,
  hold: upTo(5) * minute,
  keep: upTo(5) * minute,
  noData: null
}));

const codes: Readonly<Record<string, number>> = { inactive: 0, resolved: 0, pending: 1, firing: 2 };

interface Row {
  readonly time: number;
  readonly alert: string;
  readonly key: string;
  readonly state: string;
}

/** By rule and key, our state at each minute. */
function ourStates(): Map<string, number[]> {
  const events = Array.from({ length: minutes }, (_, i) =>
    [...series].flatMap(([key, { x, y }]) =>
      x[i] === null && y[i] === null ? [] : [{ time: i * minute, key, x: x[i]!, y: y[i]! }]
    )
  ).flat();
  const fold = new MonitorFold(
    specOf(
      { kind: 'grid', size: minute, slide: minute },
      { rules, measures: parseMeasures({ x: 'max(x)', y: 'max(y)' }) }
    ),
    'events'
  );
  fold.push(
    columns({
      at: numeric(
        events.map((e) => e.time),
        'timestamp'
      ),
      key: text(events.map((e) => e.key)),
      x: numeric(
        events.map((e) => e.x),
        'integer'
      ),
      y: numeric(
        events.map((e) => e.y),
        'integer'
      )
    })
  );
  fold.finish();
  const states = new Map(
    rules.flatMap(({ name }) =>
      keys.map((key): [string, number[]] => [`${name} ${key}`, new Array<number>(minutes).fill(0)])
    )
  );
  for (const { time, alert, key, state } of toRows(fold.take()!.alerts) as unknown as Row[]) {
    states.get(`${alert} ${key}`)!.fill(codes[state]!, time / minute - 1);
  }
  return states;
}

const written = (values: readonly (number | null)[]) => values.map((v) => v ?? 'stale').join(' ');
const line = (name: string, values: readonly (number | null)[]) =>
  `      - { series: '${name}', values: '${written(values)}' }`;

/** Our states go in as series; PromQL finds every rule, key and minute at which they and ALERTS differ. */
function unitTest(part: number, states: readonly (readonly [string, readonly number[]])[]): string {
  const input = [...series].flatMap(([key, { x, y }]) => [
    line(`x{key="${key}"}`, x),
    line(`y{key="${key}"}`, y)
  ]);
  const ours = states.map(([id, values]) => {
    const [rule, key] = id.split(' ');
    return line(`ours{alertname="${rule}",key="${key}"}`, values);
  });
  const by = 'on (alertname, key)';
  const checks = Array.from({ length: minutes }, (_, i) =>
    ['pending', 'firing'].flatMap((state, s) => {
      const theirs = `ALERTS{alertstate="${state}"}`;
      const mine = `(ours == ${s + 1})`;
      const count = states.filter(([, values]) => values[i] === s + 1).length;
      const total = count === 0 ? '[]' : `[{ labels: '{}', value: ${count} }]`;
      return [
        `      - { eval_time: ${i}m, expr: '${theirs} unless ${by} ${mine} or ${mine} unless ${by} ${theirs}', exp_samples: [] }`,
        `      - { eval_time: ${i}m, expr: 'count(${theirs})', exp_samples: ${total} }`
      ];
    })
  ).flat();
  return `rule_files: [rules${part}.yaml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
${[...input, ...ours].join('\n')}
    promql_expr_test:
${checks.join('\n')}
`;
}

function ruleFile(part: readonly AlertRule[]): string {
  const written = part.map(({ name, when, hold, keep }) => {
    const expr = when.replaceAll(/ = /g, ' == ');
    const times = `for: ${hold / minute}m, keep_firing_for: ${keep / minute}m`;
    return `      - { alert: ${name}, expr: '${expr}', ${times} }`;
  });
  return `groups:\n  - name: all\n    interval: 1m\n    rules:\n${written.join('\n')}\n`;
}

test.skipIf(!isThere)(
  `promtool finds no difference at any minute, in 4,000 random pairs of rule and series${why}`,
  () => {
    const states = ourStates();
    const reached = [...states.values()].flat();
    expect(states.size).toBe(4000);
    for (const state of [0, 1, 2])
      expect(reached.filter((s) => s === state).length).toBeGreaterThan(10_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'alerts-'));
    try {
      const files = Array.from({ length: ruleCount / rulesPerFile }, (_, part) => {
        const some = rules.slice(part * rulesPerFile, (part + 1) * rulesPerFile);
        const names = new Set(some.map((rule) => rule.name));
        const ours = [...states].filter(([id]) => names.has(id.split(' ')[0]!));
        const file = path.join(folder, `tests${part}.yaml`);
        writeFileSync(path.join(folder, `rules${part}.yaml`), ruleFile(some));
        writeFileSync(file, unitTest(part, ours));
        return file;
      });
      const said = execFileSync(promtool, ['test', 'rules', ...files], { encoding: 'utf8' });
      expect(said.match(/SUCCESS/g)).toHaveLength(files.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  120_000
);
