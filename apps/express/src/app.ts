import { basename } from 'node:path';
import { clampCount, schemas } from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import { eta, viewsFolder, worldsPage } from '@heptathlon/templates';
import express, { type Express } from 'express';
import createError from 'http-errors';
import { jsonBody } from './json-body.js';
import { notFound, sendProblem } from './problem.js';

export function buildApp(database: Database, log: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.engine('eta', (path, page, done) => done(null, eta.render(basename(path, '.eta'), page)));
  app.set('views', viewsFolder);
  app.set('view engine', 'eta');

  app.get('/plaintext', (_request, response) => {
    response.type('text').send('Hello, World!');
  });

  app.get('/json', (_request, response) => {
    response.json({ message: 'Hello, World!' });
  });

  app.post('/json', jsonBody, (request, response) => {
    // The parser passes by a request without a body.
    if (request.body === undefined) throw createError(400);
    response.json(request.body);
  });

  app.get('/users/:id', (request, response) => {
    const { id } = request.params;
    if ([...id].length > schemas.UserId.maxLength) throw createError(400);
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
