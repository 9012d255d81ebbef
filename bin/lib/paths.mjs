import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root, wherever the command was started. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const buildDir = join(root, 'build');
