import type { Context, MiddlewareHandler, Next } from 'hono';

/** Hono answers HEAD with the answer to GET less its body, and thereby less its length. */
export const contentLength: MiddlewareHandler = (c, next) =>
  // Not async: a promise more would be paid by every GET.
  c.req.method === 'HEAD' ? measure(c, next) : next();

async function measure(c: Context, next: Next): Promise<void> {
  await next();
  const body = await c.res.clone().arrayBuffer();
  c.header('Content-Length', String(body.byteLength));
}
