import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { baseUrl, load, patience } from './lib/load.ts';

export { handleSummary, setup } from './lib/summary.ts';

export const options = load('params');

export default function params() {
  const id = `user-${exec.scenario.iterationInTest}`;
  const response = http.get(`${baseUrl}/users/${id}`, {
    ...patience,
    tags: { name: '/users/{id}' },
  });
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'body is the id': ({ body }) => body === `{"id":"${id}"}`,
  });
}
