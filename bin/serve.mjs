import { parseArgs } from 'node:util';
import { serveSite } from './lib/server.mjs';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '4173' }, base: { type: 'string', default: '/' } }
});
const { url } = await serveSite({ port: Number(values.port), base: values.base });
console.log(`Quartermaster is served at ${url}`);
