import type { Database } from '@heptathlon/db';
import {
  type DynamicModule,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  RequestMethod,
} from '@nestjs/common';
import { AppController } from './app.controller.js';
import { DATABASE } from './database.token.js';
import { jsonBody } from './json-body.middleware.js';

@Module({ controllers: [AppController] })
export class AppModule implements NestModule {
  static register(database: Database): DynamicModule {
    return { module: AppModule, providers: [{ provide: DATABASE, useValue: database }] };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(...jsonBody).forRoutes({ path: 'json', method: RequestMethod.POST });
  }
}
