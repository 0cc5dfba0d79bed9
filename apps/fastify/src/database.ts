import { createDatabase, type Database } from '@heptathlon/db';
import type { Config } from '@heptathlon/server';
import fastifyPlugin from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyInstance {
    database: Database;
  }
}

/** Opens the database for all routes, and closes it with the app. */
export const database = fastifyPlugin(async (app, { config }: { config: Config }) => {
  app.decorate('database', createDatabase(config));
  app.addHook('onClose', () => app.database.close());
});
