import { basename } from 'node:path';
import { eta, viewsFolder } from '@heptathlon/templates';
import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import { jsonBody } from './json-body.middleware.js';

/** On Express a body is parsed by middleware: here for the one route that takes one, Nest's own is for all. */
@Module({})
export class ExpressModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(jsonBody).forRoutes({ path: 'json', method: RequestMethod.POST });
  }
}

/** Express as Nest is to use it: it reads some of these settings when its router is made, which Nest does at once. */
export function createAdapter(): ExpressAdapter {
  const app = express();
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.disable('x-powered-by');
  app.disable('etag');
  app.engine('eta', (path, page, done) => done(null, eta.render(basename(path, '.eta'), page)));
  app.set('views', viewsFolder);
  app.set('view engine', 'eta');
  return new ExpressAdapter(app);
}
