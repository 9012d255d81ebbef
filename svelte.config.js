import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: adapter({ pages: 'build', assets: 'build', strict: true }),
    paths: { relative: true },
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['self'],
        'script-src': ['self', 'wasm-unsafe-eval'],
        'style-src': ['self', 'unsafe-inline'],
        'img-src': ['self', 'data:', 'blob:'],
        'font-src': ['self', 'data:'],
        // Sources ask the addresses and engines they name, from the data worker. Script cells have a policy of their own.
        'connect-src': ['self', 'blob:', 'data:', 'https:', 'http:'],
        'worker-src': ['self', 'blob:'],
        'frame-src': ['self'],
        'object-src': ['none'],
        'base-uri': ['self'],
        'form-action': ['none']
      }
    },
    typescript: {
      config: (config) => {
        config.include.push('../tests/**/*.ts', '../*.config.ts', '../bin/**/*.mjs');
        config.exclude = [...(config.exclude ?? []), '../workers/**'];
        return config;
      }
    }
  }
};
