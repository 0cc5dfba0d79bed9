import { once } from 'node:events';
import { createDatabase } from '@heptathlon/db';
import { drain, serve } from '@heptathlon/server';
import { buildApp } from './app.js';

await serve({ name: 'koa', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const server = buildApp(database, log).listen(config.port, config.host);
  await once(server, 'listening');
  return {
    address: server.address(),
    async close() {
      await drain(server);
      await database.close();
    },
  };
});
