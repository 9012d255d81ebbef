import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { root } from './lib/paths.mjs';
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
  tool('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`])
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
if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

async function gate(name, check) {
  const ok = await timed(name, check);
  total[ok ? 'passed' : 'failed']++;
  return ok;
}

async function suite(name, file, check) {
  const ok = await timed(name, () => check(file));
  const { passed, failed, skipped } = countOf(file);
  total.passed += passed;
  total.skipped += skipped;
  total.failed += failed === 0 && !ok ? 1 : failed;
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

/**
 * Passed, failed and skipped tests of a vitest or Playwright JSON report; none when the runner died before writing it.
 * One that passes at a second try has failed.
 */
function countOf(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    if (report.stats) {
      const { expected, unexpected, flaky, skipped } = report.stats;
      return { passed: expected, failed: unexpected + flaky, skipped };
    }
    const { numPassedTests, numFailedTests, numPendingTests } = report;
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
