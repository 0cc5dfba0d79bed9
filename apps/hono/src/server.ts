import { once } from 'node:events';
import type { Server } from 'node:http';
import { createDatabase } from '@heptathlon/db';
import { clientTimeouts, drain, serve } from '@heptathlon/server';
import { serve as listen } from '@hono/node-server';
import { buildApp } from './app.js';

await serve({ name: 'hono', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const server = listen({
    fetch: buildApp(database, log).fetch,
    port: config.port,
    hostname: config.host,
    serverOptions: clientTimeouts(config),
  }) as Server;
  server.setTimeout(config.requestTimeout);
  await once(server, 'listening');
  return {
    address: server.address(),
    async close() {
      await drain(server);
      await database.close();
    },
  };
});
