import { parse } from 'node:querystring';
import { clampCount, schemas } from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import { eta, viewsFolder, worldsPage } from '@heptathlon/templates';
import express, { type Express } from 'express';
import { decodePath } from './decode-path.js';
import { jsonBody } from './json-body.js';
import { HttpError, notFound, sendProblem } from './problem.js';

export function buildApp(database: Database, log: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Nothing here has a version that a condition could be about: `If-None-Match: *` would be 304.
  Object.defineProperty(app.request, 'fresh', { value: false });
  app.enable('case sensitive routing');
  app.enable('strict routing');
  // Node's parser drops what follows the thousandth.
  app.set('query parser', (query: string) => parse(query, '&', '=', { maxKeys: 0 }));
  app.engine('eta', (_path, page, done) => done(null, eta.render('worlds', page)));
  app.set('views', viewsFolder);
  app.set('view engine', 'eta');
  app.enable('view cache');
  app.use(decodePath);

  app.get('/plaintext', (_request, response) => {
    response.type('text').send('Hello, World!');
  });

  app.get('/json', (_request, response) => {
    response.json({ message: 'Hello, World!' });
  });

  app.post('/json', ...jsonBody, (request, response) => {
    response.json(request.body);
  });

  app.get('/users/:id', (request, response) => {
    const { id } = request.params;
    if ([...id].length > schemas.UserId.maxLength) throw new HttpError(400);
    response.json({ id });
  });

  app.get('/db', async (_request, response) => {
    const world = await database.randomWorld();
    response.json(world);
  });

  app.get('/queries', async (request, response) => {
    const count = clampCount(request.query.count);
    const worlds = await database.randomWorlds(count);
    response.json(worlds);
  });

  app.get('/template', async (_request, response) => {
    const worlds = await database.randomWorlds(10);
    response.render('worlds', worldsPage(worlds));
  });

  app.use(notFound);
  app.use(sendProblem(log));
  return app;
}
