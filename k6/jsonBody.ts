import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { baseUrl, load, patience } from './lib/load.ts';
import { order } from './lib/order.ts';

export { handleSummary, setup } from './lib/summary.ts';

export const options = load('jsonBody');

export default function jsonBody() {
  const sent = order(exec.scenario.iterationInTest);
  const response = http.post(`${baseUrl}/json`, sent, {
    ...patience,
    headers: { 'Content-Type': 'application/json' },
  });
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'body is the one sent': ({ body }) => body === sent,
  });
}
