import { rawBody } from '../core/body.ts';
import { defineKind } from '../core/define.ts';

export interface ScriptReport {
  /** What the script wrote with `console`, a line each. */
  readonly log: readonly string[];
}

const script = defineKind({
  kind: 'script',
  version: 1,
  title: 'Script',
  summary: 'JavaScript with Arquero over the tables named in reads=',
  group: 'data',
  mode: 'script',
  body: rawBody('js'),
  reads: ({ flags }) =>
    (flags?.['reads'] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((relation) => ({ relation, key: 'reads' })),
  outputs: [''],
  examples: [
    {
      title: 'Group with Arquero',
      name: 'per_sku',
      flags: { reads: 'orders' },
      body: [
        'return orders',
        '  .filter((d) => d.units > 0)',
        "  .groupby('sku')",
        '  .rollup({ orders: op.count(), units: (d) => op.sum(d.units) })',
        "  .orderby('sku')"
      ].join('\n'),
      given: { orders: 'sku,units\na,5\nb,2\na,3\nb,-1' },
      expect: { per_sku: { columns: ['sku', 'orders', 'units'], rows: 2 } }
    },
    {
      title: 'Plain JavaScript: a list of objects',
      name: 'reorder',
      flags: { reads: 'stock' },
      params: { cover: 2 },
      body: [
        'const lines = [];',
        'for (const { sku, on_hand, weekly } of stock.objects()) {',
        '  const wanted = Math.max(0, weekly * $params.cover - on_hand);',
        '  console.log(sku, wanted);',
        '  lines.push({ sku, wanted, urgent: on_hand < weekly });',
        '}',
        'return lines;'
      ].join('\n'),
      given: { stock: 'sku,on_hand,weekly\na,5,4\nb,20,3' },
      expect: { reorder: { columns: ['sku', 'wanted', 'urgent'], rows: 2 } }
    }
  ]
});

export default script;
