import fc from 'fast-check';

/** Pieces of the grammar and of what surrounds it, which random strings would never hit. */
const pieces = [
  '---',
  '---\nquartermaster: 1\ntitle: x\n---\n',
  'quartermaster: 2',
  'seed: 7',
  '```',
  '````',
  '~~~',
  '```sql query:a',
  '```yaml forecast:数量 run=manual',
  '```json chart:c show="result"',
  '```sql',
  '```js run=off script:x',
  '```yaml source:1bad',
  '``` sql query:b',
  ' ```sql query:c',
  '    ```sql query:d',
  '- ```sql query:e',
  '1. item',
  '14. item',
  '-',
  '- - ```',
  '  ```',
  '   ```',
  '> ```sql query:f',
  '<!--',
  '-->',
  '<!-- one line -->',
  'text',
  '# Heading',
  '===',
  '* * *',
  '\t```',
  '<<<<<<< HEAD',
  '||||||| base',
  '=======',
  '>>>>>>> branch',
  'select 1',
  '{{',
  'a: 1',
  ''
];

const eol = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r', '\n\n');

/** Texts made of grammar fragments with mixed line ends. */
export const grammarText = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...pieces), eol), { maxLength: 24 }),
    fc.constantFrom('', '\ufeff'),
    fc.boolean()
  )
  .map(([parts, bom, final]) => {
    const text = bom + parts.map(([piece, end]) => piece + end).join('');
    return final ? text : text.replace(/[\r\n]+$/, '');
  });

/** Any text at all, and texts made of grammar fragments. */
export const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), grammarText);
