import { isUtf8 } from 'node:buffer';
import { JSON_TYPE, maxBodyBytes } from '@heptathlon/contract';
import type { Context } from 'koa';
import getRawBody from 'raw-body';

/**
 * Reads and parses the body: Koa has no parser of its own.
 *
 * @throws {HttpError} 415, 413 or 400, as the rule book says
 */
export async function readJson(ctx: Context): Promise<unknown> {
  const encoding = ctx.get('content-encoding') || 'identity';
  if (encoding.toLowerCase() !== 'identity') ctx.throw(415);
  if (!JSON_TYPE.test(ctx.get('content-type'))) ctx.throw(415);
  const body = await getRawBody(ctx.req, { length: ctx.request.length, limit: maxBodyBytes });
  if (!isUtf8(body)) ctx.throw(400);
  try {
    return JSON.parse(body.toString().replace(/^\ufeff/, ''));
  } catch {
    return ctx.throw(400);
  }
}
