import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from './paths.mjs';

/**
 * Passed, failed and skipped tests of a vitest or Playwright JSON report, and what to tell of those that failed; none
 * when the runner died before writing it. One that passes at a second try has failed.
 */
export function outcomeOf(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    return report.stats ? ofPlaywright(report) : ofVitest(report);
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, told: [`no report: ${error.message}`] };
  }
}

function ofVitest({ numPassedTests, numFailedTests, numPendingTests, testResults }) {
  const told = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [fault(file, message)] : [];
    return failed.map((test) => fault(`${file} › ${test.fullName}`, test.failureMessages[0]));
  });
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests, told };
}

function ofPlaywright({ stats: { expected, unexpected, flaky, skipped }, suites }) {
  const told = suites.flatMap(specsOf).flatMap(({ file, title, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ results }) => {
        const first = results.find(({ error }) => error);
        return fault(`${file} › ${title}`, first?.error.message);
      })
  );
  return { passed: expected, failed: unexpected + flaky, skipped, told };
}

function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

/** What failed, and the first lines of why. */
function fault(where, why = '') {
  const lines = stripVTControlCharacters(why).split('\n');
  const own = lines.filter((line) => !line.includes('node_modules'));
  return [where, ...own.slice(0, 8)].join('\n    ');
}
