import { check } from 'k6';
import http from 'k6/http';
import { baseUrl, load, patience } from './lib/load.ts';

export { handleSummary, setup } from './lib/summary.ts';

export const options = load('json');

export default function json() {
  const response = http.get(`${baseUrl}/json`, patience);
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'body is the message': ({ body }) => body === '{"message":"Hello, World!"}',
  });
}
