import 'reflect-metadata';
import { DATABASE } from '@heptathlon/app-nest/database.token';
import { ProblemFilter } from '@heptathlon/app-nest/problem.filter';
import { maxBodyBytes } from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import { type Config, clientTimeouts, type Logger } from '@heptathlon/server';
import { eta, viewsFolder } from '@heptathlon/templates';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import { jsonBody } from './json-body.js';

export async function buildApp(
  database: Database,
  log: Logger,
  config: Config,
): Promise<NestFastifyApplication> {
  const server: FastifyInstance = Fastify({
    bodyLimit: maxBodyBytes,
    // Fastify has these two of its own, and by default no limit for a request.
    keepAliveTimeout: config.keepAliveTimeout,
    requestTimeout: config.requestTimeout,
    connectionTimeout: config.requestTimeout,
    http: clientTimeouts(config),
    // The pipe of `id` decides what is too long: the router says 414, and counts an emoji as two characters.
    routerOptions: { maxParamLength: 16 * 1024 },
    // Errors before routing: a malformed escape in the path. Nest's error handler answers these too.
    frameworkErrors: (error, request, reply) => server.errorHandler(error, request, reply),
    // A request that was accepted is answered, even if the server has been told to stop.
    return503OnClosing: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: AppModule, providers: [{ provide: DATABASE, useValue: database }] },
    new FastifyAdapter(server),
    // `jsonBody` says which route takes a body.
    { bodyParser: false, logger: false, abortOnError: false },
  );
  jsonBody(app);
  app.setViewEngine({ engine: { eta }, root: viewsFolder, production: true });
  app.useGlobalFilters(new ProblemFilter(app.get(HttpAdapterHost), log));
  return app;
}
