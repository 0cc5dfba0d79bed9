import { once } from 'node:events';
import { createServer } from 'node:http';
import { createDatabase } from '@heptathlon/db';
import { clientTimeouts, drain, serve } from '@heptathlon/server';
import { buildApp } from './app.js';

await serve({ name: 'express', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  // Made by hand, as `listen` passes no time-outs on.
  const server = createServer(clientTimeouts(config), buildApp(database, log));
  server.setTimeout(config.requestTimeout);
  server.listen(config.port, config.host);
  await once(server, 'listening');
  return {
    address: server.address(),
    async close() {
      await drain(server);
      await database.close();
    },
  };
});
