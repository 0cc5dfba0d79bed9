import type { IncomingMessage } from 'node:http';
import { JSON_TYPE, maxBodyBytes } from '@heptathlon/contract';
import { HttpError } from './http-error.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads and parses the body.
 *
 * @throws {HttpError} 415, 413 or 400, as the rule book says
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!isJson(request.headers)) throw new HttpError(415);
  if (Number(request.headers['content-length']) > maxBodyBytes) throw new HttpError(413);
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed on return: the connection has to carry the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new HttpError(413);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(utf8.decode(Buffer.concat(chunks)));
  } catch {
    throw new HttpError(400);
  }
}

function isJson(headers: IncomingMessage['headers']): boolean {
  const encoding = headers['content-encoding'] || 'identity';
  return encoding.toLowerCase() === 'identity' && JSON_TYPE.test(headers['content-type'] ?? '');
}
