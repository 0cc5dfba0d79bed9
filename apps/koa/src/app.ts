import { clampCount, maxBodyBytes, schemas } from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import { renderWorlds } from '@heptathlon/templates';
import Router from '@koa/router';
import parse from 'co-body';
import Koa from 'koa';
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
    if (ctx.is('json') === false || ctx.get('Content-Encoding')) ctx.throw(415);
    // The parser of @koa/bodyparser, which has no way to tell it that `__proto__` is data (nor have its types). Not strict, as an empty body would be {}.
    const options = { limit: maxBodyBytes, onProtoPoisoning: 'ignore', strict: false } as const;
    const body: unknown = await parse.json(ctx, options);
    if (typeof body !== 'object' || body === null) ctx.throw(400);
    ctx.body = body;
  });

  router.get('/users/:id', (ctx) => {
    const { id = '' } = ctx.params;
    // The router leaves a malformed escape as it is.
    if (!isDecodable(ctx.path) || [...id].length > schemas.UserId.maxLength) ctx.throw(400);
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

  // Where it cannot be answered any more, it is of a connection that broke.
  app.on('error', (error) => log[error?.headerSent ? 'debug' : 'error'](error));
  app.use(sendProblem);
  app.use(router.routes());
  app.use(notFound);
  return app;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
