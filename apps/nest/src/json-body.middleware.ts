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
  const tooLarge = new PayloadTooLargeException();
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
