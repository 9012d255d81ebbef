import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { assembly } from './bin/lib/assembly.mjs';

export default defineConfig({
  plugins: [assembly(), sveltekit()],
  worker: { format: 'es', plugins: () => [assembly()] },
  build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 4000 },
  test: {
    include: ['tests/{unit,contract,format,golden}/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['tests/support/property-seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000
  }
});
