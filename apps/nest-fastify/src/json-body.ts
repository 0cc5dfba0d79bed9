import { isUtf8 } from 'node:buffer';
import { JSON_TYPE } from '@heptathlon/contract';
import {
  BadRequestException,
  NotFoundException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RawServerDefault } from 'fastify';

/** `POST /json` is the one route that takes a body. */
export function jsonBody(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  server.removeAllContentTypeParsers();
  // `ignore`: `__proto__` in a body is data. JSON.parse makes it a property of its own.
  const parseJson = server.getDefaultJsonParser('ignore', 'ignore');
  app.useBodyParser<RawServerDefault>(JSON_TYPE, {}, (request, body, done) => {
    if (!isUtf8(body)) return done(new BadRequestException());
    parseJson(request, body.toString(), done);
  });

  // A hook of Fastify's: middleware of Nest's has a router of its own, which every request would pass.
  server.addHook('onRequest', ({ is404, method, headers }, _reply, done) => {
    // Nest's routes have one parser in common, and what has no route would be parsed by it.
    if (is404) return done(new NotFoundException());
    if (method !== 'POST') return done();
    // Fastify looks at neither the encoding, nor at the type of a body that is empty.
    const encoding = headers['content-encoding'] || 'identity';
    const taken =
      encoding.toLowerCase() === 'identity' && JSON_TYPE.test(headers['content-type'] ?? '');
    done(taken ? undefined : new UnsupportedMediaTypeException());
  });
}
