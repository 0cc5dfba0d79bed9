import { clampCount, problems } from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import { renderWorlds } from '@heptathlon/templates';
import { Hono } from 'hono';
import { handleError, sendProblem } from './problem.js';
import { jsonBody, sizeLimit, userId } from './validators.js';

/** @param app with what a runtime needs before all routes */
export function buildApp(database: Database, log: Logger, app = new Hono()): Hono {
  app.onError(handleError(log));
  app.notFound((c) => sendProblem(c, problems[404]));

  app.get('/plaintext', (c) => {
    return c.text('Hello, World!');
  });

  app.get('/json', (c) => {
    return c.json({ message: 'Hello, World!' });
  });

  app.post('/json', sizeLimit, jsonBody, (c) => {
    const body = c.req.valid('json');
    return c.json(body);
  });

  app.get('/users/:id', userId, (c) => {
    const { id } = c.req.valid('param');
    return c.json({ id });
  });

  app.get('/db', async (c) => {
    const world = await database.randomWorld();
    return c.json(world);
  });

  app.get('/queries', async (c) => {
    const count = clampCount(c.req.query('count'));
    const worlds = await database.randomWorlds(count);
    return c.json(worlds);
  });

  app.get('/template', async (c) => {
    const worlds = await database.randomWorlds(10);
    return c.html(renderWorlds(worlds));
  });

  return app;
}
