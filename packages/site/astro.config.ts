import { defineConfig } from 'astro/config';
import { dev } from './src/build/dev.js';
import { relativeLinks } from './src/build/relative-links.js';

/** They find the repository's files from where they lie themselves: not to be bundled. */
const external = [
  '@heptathlon/bench',
  '@heptathlon/conformance',
  '@heptathlon/contract',
  '@heptathlon/targets',
];

export default defineConfig({
  integrations: [relativeLinks(), dev()],
  devToolbar: { enabled: false },
  // A page is one file: a script of its own is not loaded where no server is (`file:`), and these are small.
  build: { inlineStylesheets: 'always' },
  image: { service: { entrypoint: 'astro/assets/services/noop' } },
  vite: {
    build: { assetsInlineLimit: 32 * 1024 },
    environments: { prerender: { resolve: { external } }, ssr: { resolve: { external } } },
    // Servers have no CORS: `npm run dev` sends what a reader tries on to one.
    server: {
      proxy: {
        '/try': {
          target: process.env.TRY_URL ?? 'http://127.0.0.1:3000',
          rewrite: (path) => path.replace(/^\/try/, ''),
        },
      },
    },
  },
});
