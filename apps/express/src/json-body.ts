import { isUtf8 } from 'node:buffer';
import { JSON_TYPE, maxBodyBytes } from '@heptathlon/contract';
import express, { type RequestHandler } from 'express';
import { HttpError } from './problem.js';

const byteOrderMark = Buffer.from('\ufeff');

const checkType: RequestHandler = (request, _response, next) => {
  // express.json passes by a body of another type, and one that is empty.
  if (!JSON_TYPE.test(request.get('content-type') ?? '')) throw new HttpError(415);
  next();
};

const parse = express.json({
  // Any JSON value, not only objects and arrays.
  strict: false,
  inflate: false,
  limit: maxBodyBytes,
  verify: (_request, _response, body) => {
    // express.json takes an empty body for {}, and one of a byte order mark only.
    if (body.length === 0 || body.equals(byteOrderMark) || !isUtf8(body)) throw new HttpError(400);
  },
});

const refuseEmpty: RequestHandler = (request, _response, next) => {
  if (request.body === undefined) throw new HttpError(400);
  next();
};

/** Reads and parses the body. */
export const jsonBody: RequestHandler[] = [checkType, parse, refuseEmpty];
