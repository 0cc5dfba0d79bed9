import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { createLogger, readConfig } from '@heptathlon/server';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../src/app.js';

let postgres: EmbeddedPostgres;
let app: FastifyInstance;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
  app = await buildApp(readConfig({ DATABASE_URL: postgres.url }), createLogger('silent'));
});

afterAll(async () => {
  await app.close();
  await postgres.stop();
});

test('a body is echoed', async () => {
  const response = await app.inject({ method: 'POST', url: '/json', payload: { a: [1] } });
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual({ a: [1] });
});

test('an id that is too long is a problem', async () => {
  const response = await app.inject(`/users/${'x'.repeat(101)}`);
  expect(response.statusCode).toBe(400);
  expect(response.headers['content-type']).toMatch('application/problem+json');
});

test('as many rows are read as count says', async () => {
  const response = await app.inject('/queries?count=3');
  expect(response.json()).toHaveLength(3);
});
