import { createDatabase, type Database } from '@heptathlon/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { createLogger, readConfig } from '@heptathlon/server';
import type { Express } from 'express';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../src/app.js';

let postgres: EmbeddedPostgres;
let database: Database;
let app: Express;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
  database = createDatabase(readConfig({ DATABASE_URL: postgres.url }));
  app = buildApp(database, createLogger('silent'));
});

afterAll(async () => {
  await database.close();
  await postgres.stop();
});

test('a body is echoed', async () => {
  await request(app)
    .post('/json')
    .send({ a: [1] })
    .expect(200, { a: [1] });
});

test('an id that is too long is a problem', async () => {
  const response = await request(app)
    .get(`/users/${'x'.repeat(101)}`)
    .expect(400);
  expect(response.type).toBe('application/problem+json');
});

test('as many rows are read as count says', async () => {
  const response = await request(app).get('/queries?count=3').expect(200);
  expect(response.body).toHaveLength(3);
});
