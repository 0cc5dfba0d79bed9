import { maxBodyBytes } from '@heptathlon/contract';
import express, { type RequestHandler } from 'express';
import createError from 'http-errors';

const parse = express.json({
  limit: maxBodyBytes,
  inflate: false,
  verify: (_request, _response, body) => {
    // It would be {}.
    if (body.length === 0) throw createError(400);
  },
});

/** Parses the body. `express.json` says 413 when it has read all of one that is too large: this says it at once. */
export const jsonBody: RequestHandler = (request, response, next) => {
  // The parser passes by another type.
  if (request.is('json') === false) throw createError(415);
  if (Number(request.get('Content-Length')) > maxBodyBytes) throw createError(413);
  let size = 0;
  const count = (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBodyBytes) finish(createError(413));
  };
  let isDone = false;
  function finish(error?: unknown): void {
    request.off('data', count);
    if (!isDone) next(error);
    isDone = true;
  }
  request.on('data', count);
  parse(request, response, finish);
};
