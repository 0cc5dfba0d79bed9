import { PROBLEM_TYPE, problems } from '@heptathlon/contract';
import { createDatabase } from '@heptathlon/db';
import { drainable, serve } from '@heptathlon/server';
import { buildApp } from './app.js';

await serve({ name: 'hono', from: import.meta.url }, async (config, log) => {
  const database = createDatabase(config);
  const { fetch, drain } = drainable(buildApp(database, log).fetch);
  const abort = new AbortController();
  const server = Deno.serve(
    {
      port: config.port,
      hostname: config.host,
      // Workers listen each for themselves, and the kernel shares connections out among them.
      reusePort: config.workers > 1,
      // What never gets to the app: a Host or a target that makes no URL.
      onError: () =>
        Response.json(problems[400], { status: 400, headers: { 'Content-Type': PROBLEM_TYPE } }),
      signal: abort.signal,
      // `serve` logs.
      onListen: () => {},
    },
    fetch,
  );
  return {
    address: { address: server.addr.hostname, port: server.addr.port },
    async close() {
      await drain({ stop: () => server.shutdown(), cut: () => abort.abort() });
      await database.close();
    },
  };
});
