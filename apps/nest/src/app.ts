import 'reflect-metadata';
import { parse } from 'node:querystring';
import type { Database } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import { eta, viewsFolder } from '@heptathlon/templates';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import { AppModule } from './app.module.js';
import { decodePath } from './decode-path.middleware.js';
import { ProblemFilter } from './problem.filter.js';

export async function buildApp(database: Database, log: Logger): Promise<NestExpressApplication> {
  const server = express();
  // Express reads these two when its router is made, which is before Nest hands over the app.
  server.enable('case sensitive routing');
  server.enable('strict routing');
  // Node's parser drops what follows the thousandth.
  server.set('query parser', (query: string) => parse(query, '&', '=', { maxKeys: 0 }));
  // Nothing here has a version that a condition could be about: `If-None-Match: *` would be 304.
  Object.defineProperty(server.request, 'fresh', { value: false });
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.register(database),
    new ExpressAdapter(server),
    // The module says which route takes a body.
    { bodyParser: false, logger: false, abortOnError: false },
  );
  app.disable('x-powered-by');
  app.disable('etag');
  app.engine('eta', (_path: string, page: object, done: (error: null, html: string) => void) =>
    done(null, eta.render('worlds', page)),
  );
  app.setBaseViewsDir(viewsFolder);
  app.setViewEngine('eta');
  app.enable('view cache');
  app.use(decodePath);
  app.useGlobalFilters(new ProblemFilter(app.get(HttpAdapterHost), log));
  return app;
}
