import 'reflect-metadata';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { createLogger, readConfig } from '@heptathlon/server';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppModule } from '../src/app.module.js';

let postgres: EmbeddedPostgres;
let app: INestApplication;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
  const config = readConfig({ DATABASE_URL: postgres.url });
  const module = await Test.createTestingModule({
    imports: [AppModule.register(config, createLogger('silent'))],
  }).compile();
  app = module.createNestApplication();
  await app.init();
});

afterAll(async () => {
  await app.close();
  await postgres.stop();
});

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
