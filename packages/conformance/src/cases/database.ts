import { exchanges } from '../case.js';
import { json, problem } from '../expect.js';
import { get, postJson } from '../http/request.js';
import { message, plaintext } from './constants.js';

const reading = ['/db', '/queries', '/queries?count=20', '/template'].map((path) => get(path));

export const database = [
  exchanges(
    'database.down',
    'without its database a server answers 503 with Retry-After to what reads it',
    reading.map((request) => [request, problem(503)]),
    'down',
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
