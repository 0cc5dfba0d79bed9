import { drain, serve } from '@heptathlon/server';
import { buildApp } from './fastify.js';

await serve({ name: '@nestjs/core', from: import.meta.url }, async (config, log) => {
  const app = await buildApp(config, log);
  await app.listen(config.port, config.host);
  const server = app.getHttpServer();
  return {
    address: server.address(),
    close: () => drain(server, () => app.close()),
  };
});
