import { check } from 'k6';
import http from 'k6/http';
import { baseUrl, isWorld, load, parse } from './lib/load.ts';

export const options = load('queries');

/** `QUERIES`: how many rows each request asks for. */
const count = Number(__ENV.QUERIES || 20);
if (!Number.isInteger(count) || count < 1 || count > 500) {
  throw new Error(`QUERIES must be a whole number from 1 to 500, not "${__ENV.QUERIES}"`);
}

export default function queries() {
  const response = http.get(`${baseUrl}/queries?count=${count}`);
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'body is as many rows': ({ body }) => {
      const worlds = parse(body);
      return Array.isArray(worlds) && worlds.length === count && worlds.every(isWorld);
    },
  });
}
