import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { root } from '../../bin/lib/paths.mjs';

/** A module of the site as Node can import it; `entry` is its path from the root. */
export async function bundled(entry) {
  const folder = mkdtempSync(join(tmpdir(), 'quartermaster-bench-'));
  try {
    const lib = { entry: join(root, entry), formats: ['es'], fileName: 'module' };
    await build({ configFile: false, logLevel: 'error', build: { lib, outDir: folder } });
    const file = readdirSync(folder).find((name) => name.startsWith('module'));
    return await import(pathToFileURL(join(folder, file)).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
