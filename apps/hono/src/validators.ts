import { JSON_TYPE, type JsonBody, maxBodyBytes, problems, schemas } from '@heptathlon/contract';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { validator } from 'hono/validator';
import { sendProblem } from './problem.js';

const countBody = bodyLimit({
  maxSize: maxBodyBytes,
  onError: (c) => sendProblem(c, problems[413]),
});

/** Refuses a body that is too large, and one in chunks that breaks off: each runtime throws an error of its own then. */
export const sizeLimit: MiddlewareHandler = (c, next) =>
  countBody(c, next).catch(() => sendProblem(c, problems[400]));

/** Takes a body that is an object or an array; of another type Hono makes `{}`. */
export const jsonBody = validator('json', (body: JsonBody, c) => {
  if (!JSON_TYPE.test(c.req.header('Content-Type') ?? '')) throw new HTTPException(415);
  if (typeof body !== 'object' || body === null) throw new HTTPException(400);
  return body;
});

/** Takes an `id` that is not too long, and whose escapes are right. */
export const userId = validator('param', ({ id = '' }, c) => {
  if ([...id].length > schemas.UserId.maxLength) throw new HTTPException(400);
  // Hono leaves a malformed escape as it is; a percent sign may be one.
  if (id.includes('%') && !isDecodable(c.req.url.split('?', 1)[0] ?? ''))
    throw new HTTPException(400);
  return { id };
});

function isDecodable(url: string): boolean {
  try {
    decodeURI(url);
    return true;
  } catch {
    return false;
  }
}
