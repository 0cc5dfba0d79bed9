import { once } from 'node:events';
import { createServer } from 'node:http';
import { clientTimeouts, drain, serve } from '@heptathlon/server';
import { NestFactory } from '@nestjs/core';
import { AppModule, options } from './app.module.js';
import { createAdapter, ExpressModule } from './express.js';

await serve({ name: '@nestjs/core', from: import.meta.url }, async (config, log) => {
  const module = { module: ExpressModule, imports: [AppModule.register(config, log)] };
  const app = await NestFactory.create(module, createAdapter(), options);
  await app.init();
  // Made by hand, as `listen` passes no time-outs on.
  const server = createServer(clientTimeouts(config), app.getHttpAdapter().getInstance());
  server.setTimeout(config.requestTimeout);
  server.listen(config.port, config.host);
  await once(server, 'listening');
  return {
    address: server.address(),
    async close() {
      await drain(server);
      // Signals are `serve`'s: `enableShutdownHooks` would have Nest answer them, too.
      await app.close();
    },
  };
});
