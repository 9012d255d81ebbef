import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { root } from './lib/paths.mjs';
import { outcomeOf } from './lib/report.mjs';
import { tool } from './lib/run.mjs';

/** Everything that must hold, in order of cost. Each step runs even if an earlier one failed, so that one run tells all. */
await ensureInstalled();
const { ensureChromium } = await import('./lib/chromium.mjs');
const { ensureBuilt } = await import('./lib/build.mjs');
const chromium = await ensureChromium();

const reports = join(root, 'test-results');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const total = { passed: 0, failed: 0, skipped: 0 };
const faults = [];
await gate('format', () => tool('prettier', ['--check', '--log-level', 'warn', '.']));
await gate('types', async () => {
  const synced = await tool('svelte-kit', ['sync']);
  const page = await tool('svelte-check', ['--fail-on-warnings', '--output', 'human']);
  const workers = await tool('tsc', ['-p', 'workers']);
  return synced || page || workers;
});
await gate('lint', () => tool('eslint', ['.']));
await gate('import rules', () => tool('depcruise', ['src', 'workers']));
await gate('dead code', () => tool('knip', []));
await suite('unit, contract and format', join(reports, 'unit.json'), (file) =>
  tool('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], {
    // The same cases for the same commit; `npm run unit` tries others each time.
    PROPERTY_SEED: process.env.PROPERTY_SEED ?? '20261126'
  })
);
const built = await gate('build', () => ensureBuilt().then(() => 0));
if (built) {
  await suite('end to end', join(reports, 'e2e.json'), (file) =>
    tool('playwright', ['test', '--reporter=list,json'], {
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
      CHROMIUM_PATH: chromium
    })
  );
}
if (faults.length > 0) console.log(`\n── what failed\n\n${faults.join('\n')}`);
if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

async function gate(name, check) {
  const ok = await timed(name, check);
  total[ok ? 'passed' : 'failed']++;
  if (!ok) faults.push(name);
  return ok;
}

async function suite(name, file, check) {
  const ok = await timed(name, () => check(file));
  const { passed, failed, skipped, told } = outcomeOf(file);
  total.passed += passed;
  total.skipped += skipped;
  total.failed += failed === 0 && !ok ? 1 : failed;
  faults.push(...told);
  if (told.length === 0 && !ok) faults.push(`${name}: the runner failed, no test of it`);
}

async function timed(name, check) {
  console.log(`\n── ${name}`);
  const began = Date.now();
  const status = await Promise.resolve()
    .then(check)
    .catch((error) => {
      console.error(error.message);
      return 1;
    });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`── ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
  return status === 0;
}
