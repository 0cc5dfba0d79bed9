import { buildApp } from '@heptathlon/app-hono/app';
import { strict } from '@heptathlon/app-hono/strict';
import { createDatabase } from '@heptathlon/db';
import { drainable, serve } from '@heptathlon/server';

await serve({ name: 'hono', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const { fetch, drain } = drainable(strict(buildApp(database, log).fetch));
  const server = Bun.serve({
    fetch,
    port: config.port,
    hostname: config.host,
    // Not the page that shows an error's source.
    development: false,
    // Workers listen each for themselves, and the kernel shares connections out among them.
    reusePort: config.workers > 1,
  });
  return {
    address: { address: String(server.hostname), port: Number(server.port) },
    async close() {
      await drain({ stop: () => server.stop(), cut: () => server.stop(true) });
      await database.close();
    },
  };
});
