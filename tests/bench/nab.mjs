import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../bin/lib/paths.mjs';
import { bundled } from './bundled.mjs';

const folder = join(root, process.env.SHARED_DATA ?? '../shared/data', 'nab-part');
const published = join(root, 'tests/golden/nab-published.json');

const onSupply = ['novelty', 'robust', 'seasonal', 'zscore', 'cusum', 'autoencoder'];

/** The detectors of a monitor on feeds of orders that nothing was chosen by: recall by incident, false alarms, delay. */
async function supply() {
  const { supplyScore } = await bundled('tests/support/supply-stream.ts');
  console.log(
    '\nFeeds of orders, as shipped: share of incidents found, false alarms a series and month, windows to the alarm'
  );
  for (const method of onSupply) {
    const { recall, falseAlarmsPerMonth, delay } = supplyScore(method);
    const found = Object.entries(recall).map(([name, share]) => `${name} ${share.toFixed(2)}`);
    print(method, [`${found.join(', ')}; ${falseAlarmsPerMonth.toFixed(2)}; ${delay}`]);
  }
}

/** The detectors of a monitor on the shared part of NAB, all three profiles, beside what was published for the same files. */
export async function nab() {
  await supply();
  if (!existsSync(folder)) return console.log(`\nNAB: no data in ${folder}, nothing measured.`);
  const { nabCorpus } = await bundled('tests/support/nab-corpus.ts');
  const { nabTable } = await bundled('tests/support/nab-detectors.ts');
  const read = (file) => readFileSync(join(folder, file), 'utf8');
  const files = nabCorpus(read('labels/combined_windows.json'), (name) =>
    existsSync(join(folder, 'data', name)) ? read(`data/${name}`) : null
  );
  const began = performance.now();
  const table = nabTable(files);
  const rows = files.reduce((sum, file) => sum + file.values.length, 0);
  const windows = files.reduce((sum, file) => sum + file.windows.length, 0);
  console.log(
    `\nNAB, ${files.length} files, ${rows} rows, ${windows} windows: standard / low FP / low FN`
  );
  const heads = ['threshold best here', 'of the other half', 'of all other files', 'as shipped'];
  print('', heads);
  for (const line of table) {
    const parts = [line.inSample, line.otherHalf, line.otherFiles, line.asShipped];
    print(
      line.name,
      parts.map((scores) =>
        Number.isNaN(scores[0]) ? '' : scores.map((s) => s.toFixed(1)).join(' / ')
      )
    );
  }
  console.log('published, standard, at thresholds that NAB chose as best over all 58 files:');
  for (const [name, scores] of Object.entries(JSON.parse(readFileSync(published, 'utf8')).scores)) {
    const sum = files.reduce((total, file) => total + scores[file.name], 0);
    print(name, [((100 * (sum + windows)) / (2 * windows)).toFixed(1)]);
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`${Math.round((rows * table.length) / seconds)} windows a second over all`);
}

function print(name, cells) {
  console.log([name.padEnd(26), ...cells.map((cell) => cell.padEnd(22))].join(' ').trimEnd());
}
