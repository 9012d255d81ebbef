import { chromium, expect, test, type Page } from '@playwright/test';
import { build } from 'vite';
import { assembly } from '../../bin/lib/assembly.mjs';
import { cellOf, codesOf, fence, frontMatter, openText, rowsOf, runAll } from './support.ts';
import { oddShapes, type Odd } from '../unit/networks/lstm-shapes.ts';

type Tools = typeof import('./lstm-page.ts');

declare global {
  interface Window {
    lstm: Tools;
  }
}

/** Beside the shapes of the unit tests: three workgroups, the last not full, and many steps. */
const shapes: readonly Odd[] = [
  ...oddShapes,
  { steps: 56, features: 4, hidden: 32, layers: 1, horizon: 28, quantiles: [], batch: 9 }
];

let code = '';

test.beforeAll(async () => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [assembly()],
    build: {
      write: false,
      lib: { entry: 'tests/e2e/lstm-page.ts', formats: ['iife'], name: 'lstm' }
    }
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  if (!bundle || !('output' in bundle)) throw new Error('Nothing was built.');
  code = bundle.output[0].code;
});

test('WebGPU trains as the reference does, in at most six dispatches a step', async ({
  baseURL
}) => {
  await onPage(
    baseURL!,
    ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
    async (page) => {
      for (const shape of shapes) {
        const found = await page.evaluate((odd) => window.lstm.besideReference(odd), shape);
        expect(found.perStep, found.name).toBeLessThanOrEqual(6);
        for (const apart of [found.loss, found.norm, found.gradients]) {
          expect(apart, JSON.stringify(found)).toBeLessThan(1e-5);
        }
        expect(found.parameters, JSON.stringify(found)).toBeLessThan(1e-4);
      }
      const auto = await page.evaluate(() => window.lstm.trainedOn('auto'));
      expect(auto).toBe('Own LSTM, wasm (webgpu not used: the only adapter is a software one)');
      const forced = await page.evaluate(() => window.lstm.trainedOn('webgpu'));
      expect(forced).toBe('Own LSTM, webgpu (asked for)');
    }
  );
});

test('without an adapter WASM trains and says so', async ({ baseURL }) => {
  await onPage(baseURL!, ['--disable-gpu'], async (page) => {
    const auto = await page.evaluate(() => window.lstm.trainedOn('auto'));
    expect(auto).toBe('Own LSTM, wasm (webgpu not used: the browser offers no adapter)');
  });
});

/** A page of our own origin, as WebGPU wants a secure one, with the tools in it and without the site's policy. */
async function onPage(
  baseURL: string,
  flags: readonly string[],
  work: (page: Page) => Promise<void>
): Promise<void> {
  const { launchOptions } = test.info().project.use;
  const browser = await chromium.launch({
    ...launchOptions,
    args: [...(launchOptions?.args ?? []).filter((arg) => arg !== '--disable-gpu'), ...flags]
  });
  try {
    const page = await browser.newPage();
    await page.route('**/*', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<title>LSTM</title>' })
    );
    await page.goto(baseURL);
    await page.addScriptTag({ content: code });
    await work(page);
  } finally {
    await browser.close();
  }
}

test('a network is downloaded, and forecasts the same from its file in another notebook', async ({
  page
}) => {
  const days =
    "select date '2020-01-01' + range::integer as day, 20 + range % 7 + range % 3 as units from range(60) order by 1";
  const forecast = (lstm: string) =>
    `source: days\ntime: day\nvalue: units\nhorizon: 7\nmodels: [lstm]\nlstm: { ${lstm} }`;
  const yhat = () => rowsOf(page, 'select day::varchar as day, yhat from plan order by 1');
  await openText(
    page,
    frontMatter +
      fence('sql query:days', days) +
      fence('yaml forecast:plan', forecast('hidden: 4, epochs: 2, backend: cpu'))
  );
  expect(cellOf(await runAll(page), 'plan').problems).toEqual([]);
  const first = await yhat();
  const saved = page.waitForEvent('download');
  await page
    .locator('[data-cell="plan"]')
    .getByRole('button', { name: 'Save the network' })
    .click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('plan_network.zip');
  const path = test.info().outputPath('plan_network.zip');
  await download.saveAs(path);

  await openText(
    page,
    frontMatter +
      fence('sql query:days', days) +
      fence('yaml source:net', 'file: plan_network.zip') +
      fence('yaml forecast:plan', forecast('network: net'))
  );
  await page.locator('[data-testid="files"]').setInputFiles([path]);
  await page.evaluate(() => window.quartermaster!.filesReady(1));
  const report = await runAll(page);
  expect(codesOf(report, 'plan')).toEqual(['forecast.network-has-seen']);
  expect(await yhat()).toEqual(first);
});
