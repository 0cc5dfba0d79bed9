import { check } from 'k6';
import http from 'k6/http';
import { isPage } from './lib/answers.ts';
import { baseUrl, load, patience } from './lib/load.ts';

export { handleSummary, setup } from './lib/summary.ts';

export const options = load('template');

export default function template() {
  const response = http.get(`${baseUrl}/template`, patience);
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'body is the page with ten rows': ({ body }) => isPage(body),
  });
}
