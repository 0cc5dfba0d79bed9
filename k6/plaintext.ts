import { check } from 'k6';
import http from 'k6/http';
import { baseUrl, load, patience } from './lib/load.ts';

export { handleSummary, setup } from './lib/summary.ts';

export const options = load('plaintext');

export default function plaintext() {
  const response = http.get(`${baseUrl}/plaintext`, patience);
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'body is the text': ({ body }) => body === 'Hello, World!',
  });
}
