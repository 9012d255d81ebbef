import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';

const port = 4319;
const executablePath =
  process.env['CHROMIUM_PATH'] ??
  ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** The site is tested where it is hardest: under a sub-path, on a host that sends no special header. */
export default defineConfig({
  testDir: 'tests/e2e',
  timeout: 600_000,
  expect: { timeout: 30_000 },
  workers: 1,
  forbidOnly: true,
  outputDir: 'test-results/e2e',
  use: {
    baseURL: `http://127.0.0.1:${port}/workshops/supply/`,
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: {
    command: `node bin/serve.mjs --port ${port} --base /workshops/supply/`,
    url: `http://127.0.0.1:${port}/workshops/supply/`,
    reuseExistingServer: false
  }
});
