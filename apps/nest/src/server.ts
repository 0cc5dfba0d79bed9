import { clientTimeouts, drain, serve } from '@heptathlon/server';
import { buildApp } from './express.js';

await serve({ name: '@nestjs/core', from: import.meta.url }, async (config, log) => {
  const app = await buildApp(config, log);
  // Nest makes the server, and has no way to pass these on.
  const server = Object.assign(app.getHttpServer(), clientTimeouts(config));
  server.setTimeout(config.requestTimeout);
  await app.listen(config.port, config.host);
  return {
    address: server.address(),
    close: () => drain(server, () => app.close()),
  };
});
