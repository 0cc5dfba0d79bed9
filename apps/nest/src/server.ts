import { createDatabase } from '@heptathlon/db';
import { clientTimeouts, drain, serve } from '@heptathlon/server';
import { buildApp } from './app.js';

await serve({ name: '@nestjs/core', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const app = await buildApp(database, log);
  // Nest makes the server, and has no way to pass these on.
  const server = Object.assign(app.getHttpServer(), clientTimeouts(config));
  server.setTimeout(config.requestTimeout);
  await app.listen(config.port, config.host);
  return {
    address: server.address(),
    async close() {
      await drain(server);
      await app.close();
      await database.close();
    },
  };
});
