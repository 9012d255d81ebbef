import { yamlBody } from '#lib/cells/core/body.ts';
import { defineKind } from '#lib/cells/core/define.ts';
import { examples } from './examples.ts';
import { refuse } from './refuse.ts';
import { schema } from './schema.ts';

export default defineKind({
  kind: 'anomaly',
  version: 3,
  title: 'Anomaly',
  summary: 'Rows far from the ordinary, each with its reason in numbers',
  group: 'demand',
  mode: 'compute',
  body: yamlBody(schema, refuse),
  costly: (cell) => cell.config.method === 'autoencoder',
  needsNetwork: (cell) => cell.config.method === 'autoencoder',
  reads: ({ config }) => [{ relation: config.source, key: 'source' }],
  outputs: [''],
  examples
});
