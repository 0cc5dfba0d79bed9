import { buildApp } from '@heptathlon/app-hono/app';
import { checkHost } from '@heptathlon/app-hono/host';
import { strict } from '@heptathlon/app-hono/strict';
import { createDatabase } from '@heptathlon/db';
import { drainable, serve } from '@heptathlon/server';

await serve({ name: 'hono', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const { fetch, drain } = drainable(checkHost(strict(buildApp(database, log).fetch)));
  const abort = new AbortController();
  const server = Deno.serve(
    {
      port: config.port,
      hostname: config.host,
      // Workers listen each for themselves, and the kernel shares connections out among them.
      reusePort: config.workers > 1,
      signal: abort.signal,
      // `serve` logs.
      onListen: () => {},
    },
    fetch,
  );
  return {
    address: { address: server.addr.hostname, port: server.addr.port },
    async close() {
      await drain({ stop: () => server.shutdown(), cut: () => abort.abort() });
      await database.close();
    },
  };
});
