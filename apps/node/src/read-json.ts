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
  try {
    // Not destroyed on return: the connection has to carry the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > maxBodyBytes) throw new HttpError(413);
      chunks.push(chunk);
    }
    return JSON.parse(utf8.decode(Buffer.concat(chunks)));
  } catch (error) {
    // What is no JSON in UTF-8; also a client that has gone, which is no fault of ours.
    throw error instanceof HttpError ? error : new HttpError(400);
  }
}

function isJson(headers: IncomingMessage['headers']): boolean {
  const encoding = headers['content-encoding'] || 'identity';
  return encoding.toLowerCase() === 'identity' && JSON_TYPE.test(headers['content-type'] ?? '');
}
