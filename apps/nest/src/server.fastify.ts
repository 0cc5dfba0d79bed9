import { drain, serve } from '@heptathlon/server';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, options } from './app.module.js';
import { createAdapter } from './fastify.js';

await serve({ name: '@nestjs/core', from: import.meta.url }, async (config, log) => {
  const module = AppModule.register(config, log);
  const adapter = createAdapter(config);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, options);
  await app.listen(config.port, config.host);
  const server = app.getHttpServer();
  return {
    address: server.address(),
    // Signals are `serve`'s: `enableShutdownHooks` would have Nest answer them, too.
    close: () => drain(server, () => app.close()),
  };
});
