import { once } from 'node:events';
import { createServer } from 'node:http';
import { createDatabase } from '@heptathlon/db';
import { clientTimeouts, drain, serve } from '@heptathlon/server';
import { getRequestListener } from '@hono/node-server';
import { buildApp } from './app.js';
import { refuse, strict } from './strict.js';

await serve({ name: 'hono', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const listener = getRequestListener(strict(buildApp(database, log).fetch), {
    hostname: config.host,
    // What never gets to the app: a target or Host that makes no URL. `serve` would answer without a body.
    errorHandler: refuse,
  });
  const server = createServer(clientTimeouts(config), listener);
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
