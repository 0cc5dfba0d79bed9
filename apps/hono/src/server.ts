import { once } from 'node:events';
import type { Server } from 'node:http';
import { createDatabase } from '@heptathlon/db';
import { drain, serve } from '@heptathlon/server';
import { serve as listen } from '@hono/node-server';
import { buildApp } from './app.js';
import { strict } from './strict.js';

await serve({ name: 'hono', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const fetch = strict(buildApp(database, log).fetch);
  const server = listen({ fetch, port: config.port, hostname: config.host }) as Server;
  await once(server, 'listening');
  return {
    address: server.address(),
    async close() {
      await drain(server);
      await database.close();
    },
  };
});
