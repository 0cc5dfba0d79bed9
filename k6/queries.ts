import { check } from 'k6';
import http from 'k6/http';
import { baseUrl, isWorld, load, parse, wholeNumber } from './lib/load.ts';

export const options = load('queries');

/** `QUERIES`: how many rows each request asks for. */
const count = wholeNumber('QUERIES', 20, { from: 1, to: 500 });

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
