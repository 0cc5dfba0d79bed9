import { createDatabase } from '@heptathlon/db';
import { drain, serve } from '@heptathlon/server';
import { buildApp } from './app.js';

await serve({ name: 'fastify', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const app = await buildApp(database, log, config);
  await app.listen({ port: config.port, host: config.host });
  return {
    address: app.server.address(),
    async close() {
      await drain(app.server);
      await app.close();
      await database.close();
    },
  };
});
