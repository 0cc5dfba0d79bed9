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

/**
 * Under `npm run dev`: gets the front page ready and says so, as the first page takes seconds; reloads the page when
 * something is saved that it is derived from.
 */
export function dev(): AstroIntegration {
  let base = '/';
  return {
    name: 'dev',
    hooks: {
      'astro:config:done': ({ config }) => {
        base = config.base;
      },
      'astro:server:start': ({ address, logger }) => {
        logger.info('getting the first page ready: the code of all apps is read ...');
        fetch(new URL(base, `http://localhost:${address.port}`)).then(
          ({ status }) => status === 200 && logger.info('the first page is ready'),
          () => {},
        );
      },
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
