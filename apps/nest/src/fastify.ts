import 'reflect-metadata';
import { maxBodyBytes, PROBLEM_TYPE, problems } from '@heptathlon/contract';
import { type Config, clientTimeouts, type Logger } from '@heptathlon/server';
import { eta, viewsFolder } from '@heptathlon/templates';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { AppModule } from './app.module.js';

export async function buildApp(config: Config, log: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: maxBodyBytes,
    // `__proto__` in a body is data.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    // The pipe of `id` decides what is too long, in characters; the router counts in UTF-16.
    routerOptions: { maxParamLength: 16 * 1024 },
    // Errors before routing, which do not get to Nest: a malformed escape in the path.
    frameworkErrors: (_error: Error, _request: unknown, reply: FastifyReply) =>
      reply.code(400).type(PROBLEM_TYPE).send(problems[400]),
    // What was accepted is answered, while it closes too.
    return503OnClosing: false,
    keepAliveTimeout: config.keepAliveTimeout,
    requestTimeout: config.requestTimeout,
    connectionTimeout: config.requestTimeout,
    http: clientTimeouts(config),
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register(config, log),
    adapter,
    // Fastify's own parsers take JSON and text; Nest's would take forms, too.
    { bodyParser: false, logger: false, abortOnError: false },
  );
  adapter.getInstance().removeContentTypeParser('text/plain');
  app.setViewEngine({ engine: { eta }, root: viewsFolder, production: true });
  return app;
}
