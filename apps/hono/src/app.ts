import { clampCount, problems, schemas } from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import { renderWorlds } from '@heptathlon/templates';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { parseJson, requireJson } from './json-body.js';
import { handleError, sendProblem } from './problem.js';

export function buildApp(database: Database, log: Logger): Hono {
  const app = new Hono();
  app.onError(handleError(log));
  app.notFound((c) => sendProblem(c, problems[404]));

  app.get('/plaintext', (c) => {
    return c.text('Hello, World!');
  });

  app.get('/json', (c) => {
    return c.json({ message: 'Hello, World!' });
  });

  app.post('/json', requireJson, async (c) => {
    const body = await parseJson(c.req);
    return c.json(body);
  });

  app.get('/users/:id', (c) => {
    const id = c.req.param('id');
    if ([...id].length > schemas.UserId.maxLength) throw new HTTPException(400);
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
