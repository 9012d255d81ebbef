import { rawBody } from '../core/body.ts';
import { defineKind } from '../core/define.ts';

const data = defineKind({
  kind: 'data',
  version: 1,
  title: 'Data',
  summary: 'A small table written in the notebook as CSV',
  group: 'data',
  mode: 'load',
  body: rawBody('csv'),
  reads: () => [],
  outputs: [''],
  examples: [
    {
      title: 'Lead times by supplier',
      name: 'suppliers',
      body: 'supplier,lead_time,since\nNorth,12,2011-01-01\nSouth,30,2011-04-01',
      given: {},
      expect: { suppliers: { columns: ['supplier', 'lead_time', 'since'], rows: 2 } }
    },
    {
      title: 'Codes that begin with zeros stay text',
      name: 'codes',
      body: 'sku,name\n0012,"Mug, blue"\n0013,Plate',
      given: {},
      expect: { codes: { columns: ['sku', 'name'], rows: 2 } }
    }
  ]
});

export default data;
