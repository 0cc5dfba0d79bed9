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
  const tooLarge = createError(413);
  if (Number(request.get('Content-Length')) > maxBodyBytes) throw tooLarge;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    const isTooMuch = size <= maxBodyBytes && size + chunk.length > maxBodyBytes;
    size += chunk.length;
    if (isTooMuch) next(tooLarge);
  });
  parse(request, response, (error) => {
    if (size <= maxBodyBytes) next(error);
  });
};
