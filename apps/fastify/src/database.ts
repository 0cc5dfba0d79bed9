import { createDatabase, type Database } from '@heptathlon/db';
import type { Config } from '@heptathlon/server';
import type { FastifyPluginAsync } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyInstance {
    database: Database;
  }
}

const plugin: FastifyPluginAsync<{ config: Config }> = async (app, { config }) => {
  app.decorate('database', createDatabase(config));
  app.addHook('onClose', () => app.database.close());
};

/** Opens the database for all routes, and closes it with the app. */
export const database = fastifyPlugin(plugin, { name: 'database', fastify: '5.x' });
