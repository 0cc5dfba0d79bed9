import type { IncomingMessage } from 'node:http';
import { JSON_TYPE, maxBodyBytes } from '@heptathlon/contract';
import { HttpError } from './problem.js';

/**
 * Reads and parses the body.
 *
 * @throws {HttpError} 415, 413 or 400, as the rule book says
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) throw new HttpError(415);
  if (Number(request.headers['content-length']) > maxBodyBytes) throw new HttpError(413);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Not destroyed on return: the connection has to carry the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > maxBodyBytes) throw new HttpError(413);
      chunks.push(chunk);
    }
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (typeof body !== 'object' || body === null) throw new HttpError(400);
    return body;
  } catch (error) {
    // The next request on the connection comes behind the rest of this one.
    request.resume();
    // What is not JSON; also a client that has gone, which is no fault of ours.
    throw error instanceof HttpError ? error : new HttpError(400);
  }
}
