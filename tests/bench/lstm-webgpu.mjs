import { chromium } from 'playwright';
import { build } from 'vite';
import { assembly } from '../../bin/lib/assembly.mjs';
import { chromiumArgs, ensureChromium } from '../../bin/lib/chromium.mjs';
import { root } from '../../bin/lib/paths.mjs';
import { printTable } from './lib.mjs';

const flags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** One training step on WebGPU in Chromium, both on its software adapter: our fused programs and TensorFlow.js layers. */
export async function lstmOnWebgpu(shapes, outputs) {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [assembly()],
    build: {
      write: false,
      lib: { entry: 'tests/bench/lstm-page.ts', formats: ['iife'], name: 'lstm' }
    }
  });
  const { code } = [built].flat()[0].output[0];
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...chromiumArgs.filter((flag) => flag !== '--disable-gpu'), ...flags]
  });
  try {
    const page = await browser.newPage();
    // WebGPU wants a secure origin; nothing is asked of it.
    await page.route('**/*', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<title>LSTM</title>' })
    );
    await page.goto('https://localhost/');
    await page.addScriptTag({ content: code });
    const rows = [];
    for (const { name, ...shape } of shapes) {
      const { ours, theirs } = await page.evaluate((asked) => window.lstm.fastestSteps(asked, 4), {
        ...shape,
        outputs
      });
      rows.push({ name, ours, peers: [theirs] });
      console.log(`${name}: ${(theirs / ours).toFixed(1)} times as fast as tf.layers on WebGPU`);
    }
    const title = 'LSTM training step on WebGPU, software adapter';
    printTable(title, ['ours webgpu', 'tf.layers webgpu'], rows);
  } finally {
    await browser.close();
  }
}
