import { check } from 'k6';
import http from 'k6/http';
import { isRow } from './lib/answers.ts';
import { baseUrl, load, patience } from './lib/load.ts';

export { handleSummary, setup } from './lib/summary.ts';

export const options = load('db');

export default function db() {
  const response = http.get(`${baseUrl}/db`, patience);
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'body is a row': ({ body }) => isRow(body),
  });
}
