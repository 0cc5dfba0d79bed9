import { createDatabase } from '@heptathlon/db';
import { drainable, serve } from '@heptathlon/server';
import { type Context, Hono, type Next } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { buildApp } from './app.js';
import { handleOutside } from './problem.js';

await serve({ name: 'hono', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const app = buildApp(database, log, new Hono().use(checkHost));
  const { fetch, drain } = drainable(app.fetch);
  const server = Deno.serve(
    {
      port: config.port,
      hostname: config.host,
      // Workers listen each for themselves, and the kernel shares connections out among them.
      reusePort: config.workers > 1,
      onError: handleOutside(log),
      // `serve` logs.
      onListen: () => {},
    },
    fetch,
  );
  return {
    address: { address: server.addr.hostname, port: server.addr.port },
    async close() {
      await drain(() => server.shutdown());
      await database.close();
    },
  };
});

/** Deno puts any Host into the URL: with a slash in it, it would move the path. */
async function checkHost(c: Context, next: Next): Promise<void> {
  if (/[/?#\\]/.test(c.req.header('Host') ?? '')) throw new HTTPException(400);
  await next();
}
