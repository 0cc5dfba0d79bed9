import fastifyView from '@fastify/view';
import { clampCount, maxBodyBytes, schemas } from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import { type Config, clientTimeouts, type Logger } from '@heptathlon/server';
import { eta, viewsFolder, worldsPage } from '@heptathlon/templates';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { jsonBody } from './json-body.js';
import { problemSender } from './problem.js';

export async function buildApp(
  database: Database,
  log: Logger,
  config: Config,
): Promise<FastifyInstance> {
  const sendProblem = problemSender(log);
  const app: FastifyInstance = Fastify({
    bodyLimit: maxBodyBytes,
    // Fastify has these two of its own, and by default no limit for a request.
    keepAliveTimeout: config.keepAliveTimeout,
    requestTimeout: config.requestTimeout,
    connectionTimeout: config.requestTimeout,
    http: clientTimeouts(config),
    // The schema of `id` decides what is too long: the router says 414, and counts an emoji as two characters.
    routerOptions: { maxParamLength: 16 * 1024 },
    // Errors before routing: a malformed escape in the path.
    frameworkErrors: sendProblem,
    // A request that was accepted is answered, even if the server has been told to stop.
    return503OnClosing: false,
  });
  // Only the route that takes a body parses one.
  app.removeAllContentTypeParsers();
  // Fastify looks at the body of what has no route, too.
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendProblem(request.is404 ? { statusCode: 404 } : error, request, reply),
  );
  app.setNotFoundHandler((request, reply) => sendProblem({ statusCode: 404 }, request, reply));
  await app.register(fastifyView, { engine: { eta }, root: viewsFolder, production: true });

  app.get('/plaintext', async () => {
    return 'Hello, World!';
  });

  app.get('/json', { schema: { response: { 200: schemas.Message } } }, async () => {
    return { message: 'Hello, World!' };
  });

  await app.register(jsonBody);

  app.get<{ Params: { id: string } }>(
    '/users/:id',
    {
      schema: {
        params: { type: 'object', properties: { id: schemas.UserId } },
        response: { 200: schemas.User },
      },
    },
    async (request) => {
      const { id } = request.params;
      return { id };
    },
  );

  // The router would take nothing for an `id`.
  app.get('/users/', (_request, reply) => reply.callNotFound());

  app.get('/db', { schema: { response: { 200: schemas.World } } }, async () => {
    const world = await database.randomWorld();
    return world;
  });

  app.get<{ Querystring: { count?: unknown } }>(
    '/queries',
    { schema: { response: { 200: schemas.Worlds } } },
    async (request) => {
      const count = clampCount(request.query.count);
      const worlds = await database.randomWorlds(count);
      return worlds;
    },
  );

  app.get('/template', async (_request, reply) => {
    const worlds = await database.randomWorlds(10);
    return reply.viewAsync('worlds', worldsPage(worlds));
  });

  return app;
}
