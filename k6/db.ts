import { check } from 'k6';
import http from 'k6/http';
import { baseUrl, isWorld, load, parse } from './lib/load.ts';

export const options = load('db');

export default function db() {
  const response = http.get(`${baseUrl}/db`);
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'body is a row': ({ body }) => isWorld(parse(body)),
  });
}
