import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** Hono leaves an escape that it cannot decode as it is; here it is refused. */
export const refuseMalformedPath: MiddlewareHandler = (c, next) => {
  const { url } = c.req;
  if (url.includes('%')) {
    try {
      decodeURI(new URL(url).pathname);
    } catch {
      throw new HTTPException(400);
    }
  }
  return next();
};
