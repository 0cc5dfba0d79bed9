import { maxBodyBytes } from '@heptathlon/contract';
import {
  BadRequestException,
  PayloadTooLargeException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import express, { type RequestHandler } from 'express';

const parse = express.json({
  limit: maxBodyBytes,
  inflate: false,
  verify: (_request, _response, body) => {
    // It would be {}.
    if (body.length === 0) throw new BadRequestException();
  },
});

/** Parses the body. `express.json` says 413 when it has read all of one that is too large: this says it at once. */
export const jsonBody: RequestHandler = (request, response, next) => {
  if (request.is('json') === false) throw new UnsupportedMediaTypeException();
  if (Number(request.get('Content-Length')) > maxBodyBytes) throw new PayloadTooLargeException();
  let size = 0;
  const count = (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBodyBytes) finish(new PayloadTooLargeException());
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
