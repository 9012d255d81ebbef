import * as v from 'valibot';
import { jsonBody, rawBody, yamlBody } from '#lib/cells/core/body.ts';
import { defineKind, type CellKind } from '#lib/cells/core/define.ts';
import { expression, integer, number, relation, text } from '#lib/cells/core/fields.ts';

const words = { label: 'Label', help: 'Help' };
const base = { version: 1, title: 'T', summary: 'S', group: 'data', examples: [] } as const;

const param = defineKind({
  ...base,
  kind: 'param',
  mode: 'sql',
  body: yamlBody(v.object({ type: text(words), value: integer({ ...words, max: 26 }) })),
  reads: () => [],
  outputs: ['']
});

const query = defineKind({
  ...base,
  kind: 'query',
  mode: 'sql',
  body: rawBody('sql'),
  reads: () => [],
  outputs: ['']
});

const forecast = defineKind({
  ...base,
  kind: 'forecast',
  mode: 'compute',
  body: yamlBody(
    v.object({
      source: relation(words),
      value: text(words),
      horizon: v.optional(integer({ ...words, min: 1 })),
      filter: v.optional(expression(words)),
      level: v.optional(number(words))
    })
  ),
  costly: ({ config }) => (config.horizon ?? 0) > 10,
  reads: ({ config }) => [{ relation: config.source, columns: [config.value], key: 'source' }],
  sqlOf: ({ config }) => (config.filter === undefined ? [] : [config.filter]),
  outputs: ['', '_scores', 'all']
});

const chart = defineKind({
  ...base,
  kind: 'chart',
  mode: 'sql',
  body: jsonBody(),
  reads: ({ config }) => {
    const { name } = (config['data'] ?? {}) as { name?: string };
    return name === undefined ? [] : [{ relation: name, key: 'data.name' }];
  },
  outputs: []
});

const script = defineKind({
  ...base,
  kind: 'script',
  mode: 'script',
  body: rawBody('js'),
  reads: ({ flags }) =>
    (flags?.['reads'] ?? '')
      .split(',')
      .filter((name) => name !== '')
      .map((name) => ({ relation: name, key: 'reads' })),
  outputs: ['']
});

/** Small kinds of every body language, so that these tests depend on no real one. */
export const kinds: ReadonlyMap<string, CellKind> = new Map(
  ([param, query, forecast, chart, script] as unknown as CellKind[]).map((k) => [k.kind, k])
);

/** A notebook's text from cells written `lang kind:name flags` → body. */
export function notebookText(cells: readonly (readonly [info: string, body: string])[]): string {
  return cells.map(([info, body]) => `\`\`\`${info}\n${body}\n\`\`\`\n`).join('\n');
}
