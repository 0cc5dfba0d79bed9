import { join } from 'node:path';
import type { AstroIntegration } from 'astro';
import { root } from '../repository.js';

/** What the site is derived from, beside its own sources. */
const DERIVED_FROM = [
  'apps',
  'packages',
  'openapi.yaml',
  'results',
  'README.md',
  'CONTRIBUTING.md',
];

/** Under `npm run dev`: reloads the page when something is saved that it is derived from. */
export function reload(): AstroIntegration {
  return {
    name: 'reload',
    hooks: {
      'astro:server:setup': ({ server }) => {
        server.watcher.add(DERIVED_FROM.map((path) => join(root, path)));
        server.watcher.on('all', (_event, file) => {
          if (/[\\/](node_modules|dist|\.astro)[\\/]/.test(file)) return;
          if (file.startsWith(join(root, 'packages', 'site'))) return;
          // All that was read is read again.
          for (const { moduleGraph } of Object.values(server.environments))
            moduleGraph.invalidateAll();
          server.ws.send({ type: 'full-reload' });
        });
      },
    },
  };
}
