import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { createLogger, readConfig } from '@heptathlon/server';
import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppModule, options } from '../src/app.module.js';
import * as onExpress from '../src/express.js';
import * as onFastify from '../src/fastify.js';

const log = createLogger('silent');
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
});

afterAll(() => postgres.stop());

const config = () => readConfig({ DATABASE_URL: postgres.url });

describe('on Express', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const imports = [AppModule.register(config(), log), onExpress.ExpressModule];
    const module = await Test.createTestingModule({ imports }).compile();
    app = module.createNestApplication(onExpress.createAdapter(), options);
    await app.init();
  });

  afterAll(() => app.close());

  test('a body is echoed', async () => {
    await request(app.getHttpServer())
      .post('/json')
      .send({ a: [1] })
      .expect(200, { a: [1] });
  });

  test('an id that is too long is a problem', async () => {
    const response = await request(app.getHttpServer())
      .get(`/users/${'x'.repeat(101)}`)
      .expect(400);
    expect(response.type).toBe('application/problem+json');
  });

  test('as many rows are read as count says', async () => {
    const response = await request(app.getHttpServer()).get('/queries?count=3').expect(200);
    expect(response.body).toHaveLength(3);
  });
});

describe('on Fastify', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const imports = [AppModule.register(config(), log)];
    const module = await Test.createTestingModule({ imports }).compile();
    app = module.createNestApplication(onFastify.createAdapter(config()), options);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });

  afterAll(() => app.close());

  test('a body is echoed', async () => {
    const response = await app.inject({ method: 'POST', url: '/json', payload: { a: [1] } });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ a: [1] });
  });
});
