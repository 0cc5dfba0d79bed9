import { createDatabase, type Database } from '@heptathlon/db';
import type { Config, Logger } from '@heptathlon/server';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AppController } from './app.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { DATABASE, LOGGER } from './tokens.js';

/** The platform parses bodies, the filter logs, and who starts it tells of an error. */
export const options = { bodyParser: false, logger: false, abortOnError: false } as const;

@Module({
  controllers: [AppController],
  providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
})
export class AppModule implements OnApplicationShutdown {
  static register(config: Config, log: Logger): DynamicModule {
    return {
      module: AppModule,
      providers: [
        { provide: DATABASE, useFactory: () => createDatabase(config) },
        { provide: LOGGER, useValue: log },
      ],
    };
  }

  constructor(@Inject(DATABASE) private readonly database: Database) {}

  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
