import { JSON_TYPE, maxBodyBytes } from '@heptathlon/contract';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';

const utf8 = new TextDecoder('utf-8', { fatal: true });

const countBody = bodyLimit({
  maxSize: maxBodyBytes,
  onError: () => {
    throw new HTTPException(413);
  },
});

/**
 * Refuses what is not JSON, as Hono's own `c.req.json()` looks at no header, and what is over 64 KiB, declared or chunked.
 * Hono's own `bodyLimit` looks for a stream first, even where the length is declared, and node-server then makes one of
 * every body.
 */
export const requireJson: MiddlewareHandler = (c, next) => {
  const encoding = c.req.header('content-encoding') || 'identity';
  if (encoding.toLowerCase() !== 'identity') throw new HTTPException(415);
  if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) throw new HTTPException(415);
  const declared = c.req.header('content-length');
  if (declared === undefined) return countBody(c, next).catch(refuseBroken);
  if (Number(declared) > maxBodyBytes) throw new HTTPException(413);
  return next();
};

/** A body in chunks that ends before its end. */
function refuseBroken(error: unknown): never {
  throw error instanceof HTTPException ? error : new HTTPException(400);
}

/** The body, parsed; unlike `c.req.json()`, which turns invalid UTF-8 into U+FFFD, strictly. */
export async function parseJson(request: {
  arrayBuffer(): Promise<ArrayBuffer>;
}): Promise<unknown> {
  try {
    return JSON.parse(utf8.decode(await request.arrayBuffer()));
  } catch {
    throw new HTTPException(400);
  }
}
