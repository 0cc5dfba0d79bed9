import { createDatabase } from '@heptathlon/db';
import { drainable, serve } from '@heptathlon/server';
import { buildApp } from './app.js';
import { handleOutside } from './problem.js';

await serve({ name: 'hono', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const { fetch, drain } = drainable(buildApp(database, log).fetch);
  const server = Bun.serve({
    fetch,
    port: config.port,
    hostname: config.host,
    // In seconds, and 255 at the most. Of a connection that is silent; Bun has no limit for a request that trickles in.
    idleTimeout: Math.min(255, Math.ceil(config.keepAliveTimeout / 1000)),
    // Not the page that shows an error's source.
    development: false,
    error: handleOutside(log),
    // Workers listen each for themselves, and the kernel shares connections out among them.
    reusePort: config.workers > 1,
  });
  return {
    address: { address: String(server.hostname), port: Number(server.port) },
    async close() {
      await drain(() => server.stop());
      await database.close();
    },
  };
});
