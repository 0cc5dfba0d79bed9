import 'reflect-metadata';
import { basename } from 'node:path';
import type { Config, Logger } from '@heptathlon/server';
import { eta, viewsFolder } from '@heptathlon/templates';
import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import { AppModule } from './app.module.js';
import { jsonBody } from './json-body.middleware.js';

/** On Express a body is parsed by middleware: here for the one route that takes one, Nest's own is for all. */
@Module({})
class ExpressModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(jsonBody).forRoutes({ path: 'json', method: RequestMethod.POST });
  }
}

export async function buildApp(config: Config, log: Logger): Promise<NestExpressApplication> {
  const server = express();
  // Express reads these two when its router is made, which is before Nest hands over the app.
  server.enable('case sensitive routing');
  server.enable('strict routing');
  const app = await NestFactory.create<NestExpressApplication>(
    { module: ExpressModule, imports: [AppModule.register(config, log)] },
    new ExpressAdapter(server),
    { bodyParser: false, logger: false, abortOnError: false },
  );
  app.disable('x-powered-by');
  app.disable('etag');
  app.engine('eta', (path: string, page: object, done: (error: null, html: string) => void) =>
    done(null, eta.render(basename(path, '.eta'), page)),
  );
  app.setBaseViewsDir(viewsFolder);
  app.setViewEngine('eta');
  return app;
}
