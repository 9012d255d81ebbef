import { describe, expect, test } from 'vitest';
import { withoutSecrets } from '#lib/cells/core/secrets.ts';
import source from '#lib/cells/source/index.ts';
import { parse } from '#lib/notebook/parse.ts';
import { secretsIn } from '#lib/state/secrets.ts';

const canary = 'canary-51d0';
const cell = (head: string, body: string) => `\`\`\`${head}\n${body}\n\`\`\`\n`;
const found = (text: string) => secretsIn(parse(text));

describe('secrets in the text of a notebook', () => {
  test.each([
    ['yaml stream:far', `websocket: wss://user:${canary}@example.org/`],
    ['yaml stream:far', `sse: { url: 'https://example.org/?token=${canary}' }`],
    ['yaml stream:far', `ndjson: { url: "https://example.org/?a=1&X-Amz-Signature=${canary}" }`],
    ['yaml stream:far', `poll: { connection: far, password: ${canary} }`],
    ['yaml stream:far', `mqtt:\n  connection: far\n  topic: t\n  password: "${canary}"`],
    ['yaml stream:far', `nats: { url: wss://h, subject: t, token: ${canary} }`],
    ['yaml stream:far', `prometheus: { url: 'https://u:${canary}@h/', query: up }`],
    ['yaml stream:far', `websocket: { url: wss://h, subscribe: '{"token":"${canary}"}' }`],
    ['yaml source:far', `url: https://example.org/a.csv?api_key=${canary}`],
    ['yaml source:far', `engine: { connection: far, password: ${canary}, query: select 1 }`],
    ['yaml monitor:far', `notify:\n  webhook: https://hooks.example.org/?key=${canary}`],
    ['yaml monitor:far', `notify: { webhook: { url: https://h, authorization: "${canary}" } }`],
    ['yaml param:api_key', `type: text\nvalue: ${canary}`],
    ['sql query:far', `select * from 'https://u:${canary}@example.org/a.parquet'`],
    ['js script:far', `return [{ a: 'https://example.org/?sig=${canary}' }]`]
  ])('%s %s', (head, body) => {
    const secrets = found(`# Text\n\n${cell(head, body)}`);
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets[0]!.cell).toBe(/:(\w+)$/.exec(head)![1]);
    expect(body.split('\n')[secrets[0]!.line - 1]).toContain(canary);
    expect(JSON.stringify(secrets)).not.toContain(canary);
  });

  test('in prose as well', () => {
    expect(found(`Hello\n\nSee https://u:${canary}@example.org/.\n`)).toEqual([
      { cell: null, line: 3, what: 'a user or password before the host' }
    ]);
  });

  test('what only looks like one is none', () => {
    const text = [
      'Set the `token: …` of the connection; https://example.org/keys?site=a#token=1\n\n',
      cell('yaml stream:a', 'sse: https://example.org/?site=1\nid: token\nschema: { token: text }'),
      cell('yaml stream:b', 'nats: { connection: far, subject: token.> }\nid: [token, at]'),
      cell('yaml clean:c', 'source: a\nsteps:\n  - rename: { password: secret }'),
      cell('yaml param:token', 'type: text\nvalue: ""'),
      cell('yaml param:secret', 'type: text\nlabel: Secret Santa'),
      cell('csv data:d', 'password\nhunter2')
    ].join('\n');
    expect(found(text)).toEqual([]);
  });
});

describe('addresses of sources', () => {
  test('with user and password are refused, and not repeated', () => {
    const { config, problems } = source.body.parse(`url: https://u:${canary}@h.org/a.csv`, {});
    expect(config).toBeNull();
    expect(problems).toMatchObject([{ code: 'config.combination' }]);
    expect(JSON.stringify(problems)).not.toContain(canary);
  });

  test.each([
    [`https://u:${canary}@h.org/a.csv?site=1`, 'https://h.org/a.csv?site=1'],
    [`https://h.org/a.csv?site=1&token=${canary}`, 'https://h.org/a.csv?site=1&token=…'],
    [`h.org/a.csv?token=${canary}`, 'h.org/a.csv?…'],
    [`//u:${canary}@h.org/a.csv`, '//h.org/a.csv'],
    ['https://h.org/a.csv?site=1', 'https://h.org/a.csv?site=1']
  ])('%s is told as %s', (address, shown) => {
    expect(withoutSecrets(address)).toBe(shown);
  });
});
