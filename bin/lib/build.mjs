import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDir, root } from './paths.mjs';
import { tool } from './run.mjs';

const sources = ['src', 'workers', 'wasm', 'static', 'notebooks'];
const files = ['package-lock.json', 'svelte.config.js', 'vite.config.ts'];
const stamp = join(buildDir, '.stamp');

/** Builds the site unless the one in `build/` was made from these very sources. */
export async function ensureBuilt() {
  const mark = markOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === mark) return;
  console.log('Building the site …');
  if ((await tool('vite', ['build', '--logLevel', 'warn'])) !== 0) {
    throw new Error('The build failed; its output above says why.');
  }
  writeFileSync(stamp, mark);
}

/** Names, sizes and times of every source file: cheap, and changes when any of them does. */
function markOfSources() {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  };
  for (const folder of sources) {
    for (const entry of readdirSync(join(root, folder), { recursive: true }).sort()) {
      if (statSync(join(root, folder, entry)).isFile()) add(join(folder, entry));
    }
  }
  files.forEach(add);
  return hash.digest('hex');
}
