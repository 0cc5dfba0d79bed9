import { check } from 'k6';
import http from 'k6/http';
import { baseUrl, isInRange, load } from './lib/load.ts';

export const options = load('template');

const row = /<tr><td>(\d+)<\/td><td>(\d+)<\/td><\/tr>/g;

export default function template() {
  const response = http.get(`${baseUrl}/template`);
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'title is escaped': ({ body }) =>
      String(body).includes(
        '<title>10 rows of &quot;world&quot;, 0 &lt; id &amp; id &lt; 10001</title>',
      ),
    'body has ten rows': ({ body }) => {
      const rows = [...String(body).matchAll(row)];
      return (
        rows.length === 10 &&
        rows.every(([, id, n]) => isInRange(Number(id)) && isInRange(Number(n)))
      );
    },
  });
}
