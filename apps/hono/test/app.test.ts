import { createDatabase, type Database } from '@heptathlon/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { createLogger, readConfig } from '@heptathlon/server';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../src/app.js';

let postgres: EmbeddedPostgres;
let database: Database;
let app: Hono;

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
  const response = await app.request('/json', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"a":[1]}',
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ a: [1] });
});

test('an id that is too long is a problem', async () => {
  const response = await app.request(`/users/${'x'.repeat(101)}`);
  expect(response.status).toBe(400);
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
});

test('as many rows are read as count says', async () => {
  const response = await app.request('/queries?count=3');
  expect(await response.json()).toHaveLength(3);
});
