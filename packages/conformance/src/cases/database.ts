import { check, exchanges } from '../case.js';
import { expectThat, json, problem } from '../expect.js';
import { get, postJson, request } from '../http/request.js';
import { message, plaintext } from './constants.js';

const reading = ['/db', '/queries', '/queries?count=20', '/template'].flatMap((path) => [
  get(path),
  request('HEAD', path),
]);

/** How long a server may wait for its database, in ms. */
const PATIENCE = 1000;

export const database = [
  exchanges(
    'database.down',
    'without its database a server answers 503 with Retry-After to what reads it',
    reading.map((request) => [request, problem(503)]),
    'down',
  ),
  check(
    'database.down-time',
    'it says so within 1 s',
    async (server) => {
      for (const asked of reading) {
        // A machine that is busy is no fault of the server: the quickest of a few.
        let ms = Number.POSITIVE_INFINITY;
        for (let tries = 0; tries < 3 && ms > PATIENCE; tries++) {
          const startedAt = Date.now();
          await server.send(asked);
          ms = Math.min(ms, Date.now() - startedAt);
        }
        expectThat(
          ms <= PATIENCE,
          `${asked.label}: expected an answer within 1 s, received it after ${ms} ms`,
        );
      }
    },
    { database: 'down' },
  ),
  exchanges(
    'database.down-others',
    'without its database a server answers all else as always',
    [
      [get('/plaintext'), plaintext],
      [get('/json'), message],
      [get('/users/42'), json({ id: '42' })],
      [postJson('{"a":1}'), json({ a: 1 })],
      [get('/nowhere'), problem(404)],
    ],
    'down',
  ),
  exchanges(
    'database.empty',
    'what is unforeseen is 500, with nothing of the inside: here, a database without the table',
    reading.map((request) => [request, problem(500)]),
    'empty',
  ),
];
