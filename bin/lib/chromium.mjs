import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

/** Flags for a headless browser that looks nothing up on the network. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
];

const usual = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/snap/bin/chromium'
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
  ]
};

/** The path of a Chromium to drive: CHROMIUM_PATH, Playwright's own, an installed one, or on Debian one installed now. */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  if (await installOnDebian()) return '/usr/bin/chromium';
  throw new Error(
    'No Chromium was found. Install Chrome or Chromium, or set CHROMIUM_PATH to its executable.'
  );
}

async function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const { chromium } = await import('playwright');
  const own = chromium.executablePath();
  return [own, ...(usual[process.platform] ?? [])].find((path) => path && existsSync(path));
}

async function installOnDebian() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return false;
  const isRoot = process.getuid() === 0;
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return false;
  console.log('Installing the Debian package chromium …');
  const apt = (...args) =>
    isRoot ? run('apt-get', args, quiet) : run('sudo', ['-n', 'apt-get', ...args], quiet);
  await apt('update', '-qq');
  await apt('install', '-y', '-qq', 'chromium');
  return (
    existsSync('/usr/bin/chromium') && execFileSync('/usr/bin/chromium', ['--version']) !== null
  );
}

const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
