import { clampCount, schemas } from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import { renderWorlds } from '@heptathlon/templates';
import Router from '@koa/router';
import Koa from 'koa';
import { decodePath } from './decode-path.js';
import { readJson } from './json-body.js';
import { notFound, sendProblem } from './problem.js';

export function buildApp(database: Database, log: Logger): Koa {
  const app = new Koa();
  const router = new Router({ strict: true, sensitive: true });

  router.get('/plaintext', (ctx) => {
    ctx.body = 'Hello, World!';
  });

  router.get('/json', (ctx) => {
    ctx.body = { message: 'Hello, World!' };
  });

  router.post('/json', async (ctx) => {
    const body = await readJson(ctx);
    // As text: Koa would take a string for text/plain, and null for no body at all.
    ctx.type = 'json';
    ctx.body = JSON.stringify(body);
  });

  router.get('/users/:id', (ctx) => {
    const { id = '' } = ctx.params;
    if ([...id].length > schemas.UserId.maxLength) ctx.throw(400);
    ctx.body = { id };
  });

  router.get('/db', async (ctx) => {
    const world = await database.randomWorld();
    ctx.body = world;
  });

  router.get('/queries', async (ctx) => {
    const count = clampCount(ctx.query.count);
    const worlds = await database.randomWorlds(count);
    ctx.body = worlds;
  });

  router.get('/template', async (ctx) => {
    const worlds = await database.randomWorlds(10);
    ctx.type = 'html';
    ctx.body = renderWorlds(worlds);
  });

  // Koa prints it. What is not answered by `sendProblem` is of a connection that broke.
  app.on('error', (error) => log.debug(error));
  app.use(sendProblem(log));
  app.use(decodePath);
  app.use(router.routes());
  app.use(notFound);
  return app;
}
