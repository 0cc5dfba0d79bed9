import { drain, serve } from '@heptathlon/server';
import { buildApp } from './app.js';

await serve({ name: 'fastify', from: import.meta.url }, async (config, log) => {
  const app = await buildApp(config, log);
  await app.listen({ port: config.port, host: config.host });
  return {
    address: app.server.address(),
    close: () => drain(app.server, () => app.close()),
  };
});
