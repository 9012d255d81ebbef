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
        // Sources and streams ask the addresses and connections they name, from the data and stream workers. Script cells have a policy of their own.
        'connect-src': ['self', 'blob:', 'data:', 'https:', 'http:', 'wss:', 'ws:'],
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
