import { createDatabase } from '@heptathlon/db';
import { drain, serve } from '@heptathlon/server';
import { buildApp } from './app.js';

await serve({ name: '@nestjs/core', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const app = await buildApp(database, log, config);
  await app.listen(config.port, config.host);
  const server = app.getHttpServer();
  return {
    address: server.address(),
    async close() {
      await drain(server);
      await app.close();
      await database.close();
    },
  };
});
