import fastifyView from '@fastify/view';
import { clampCount, maxBodyBytes, schemas, type User } from '@heptathlon/contract';
import { type Config, clientTimeouts, type Logger } from '@heptathlon/server';
import { eta, viewsFolder, worldsPage } from '@heptathlon/templates';
import Fastify, { errorCodes, type FastifyInstance } from 'fastify';
import { database } from './database.js';
import { sendProblem } from './problem.js';

export async function buildApp(config: Config, log: Logger): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: maxBodyBytes,
    // `__proto__` in a body is data.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    // A body is what it is: 42 would pass for [42]. Parameters stay text, too.
    ajv: { customOptions: { coerceTypes: false, allowUnionTypes: true } },
    // The schema of `id` decides what is too long, in characters; the router counts in UTF-16.
    routerOptions: { maxParamLength: 2 * schemas.UserId.maxLength },
    // Errors before routing: a malformed escape in the path.
    frameworkErrors: sendProblem(log),
    // What was accepted is answered, while it closes too.
    return503OnClosing: false,
    // Requests are not logged, and `request.log` is silent: it costs a logger each (docs/performance.md).
    // Fastify sets these over those of `http`. `connectionTimeout` is of a client that does not read.
    keepAliveTimeout: config.keepAliveTimeout,
    requestTimeout: config.requestTimeout,
    connectionTimeout: config.requestTimeout,
    http: clientTimeouts(config),
  });
  app.setErrorHandler(sendProblem(log));
  app.setNotFoundHandler(async () => {
    throw new errorCodes.FST_ERR_NOT_FOUND();
  });
  app.removeContentTypeParser('text/plain');
  await app.register(database, { config });
  await app.register(fastifyView, { engine: { eta }, root: viewsFolder });

  app.get('/plaintext', async () => {
    return 'Hello, World!';
  });

  app.get('/json', { schema: { response: { 200: schemas.Message } } }, async () => {
    return { message: 'Hello, World!' };
  });

  app.post('/json', { schema: { body: schemas.JsonBody } }, async (request) => {
    return request.body;
  });

  app.get<{ Params: User }>(
    '/users/:id',
    { schema: { params: schemas.User, response: { 200: schemas.User } } },
    async (request) => {
      const { id } = request.params;
      return { id };
    },
  );

  app.get('/db', { schema: { response: { 200: schemas.World } } }, async () => {
    const world = await app.database.randomWorld();
    return world;
  });

  app.get<{ Querystring: { count?: unknown } }>(
    '/queries',
    { schema: { response: { 200: schemas.Worlds } } },
    async (request) => {
      const count = clampCount(request.query.count);
      const worlds = await app.database.randomWorlds(count);
      return worlds;
    },
  );

  app.get('/template', async (_request, reply) => {
    const worlds = await app.database.randomWorlds(10);
    return reply.viewAsync('worlds', worldsPage(worlds));
  });

  return app;
}
