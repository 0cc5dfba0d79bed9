import { check } from 'k6';
import http from 'k6/http';
import { areRows } from './lib/answers.ts';
import { baseUrl, load, patience, wholeNumber } from './lib/load.ts';

export { handleSummary, setup } from './lib/summary.ts';

export const options = load('queries');

/** `QUERIES`: how many rows each request asks for. */
const count = wholeNumber('QUERIES', 20, { from: 1, to: 500 });
const isRight = areRows(count);

export default function queries() {
  const response = http.get(`${baseUrl}/queries?count=${count}`, patience);
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'body is as many rows': ({ body }) => isRight(body),
  });
}
