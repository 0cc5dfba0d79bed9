import { operations } from '@heptathlon/contract';
import { expect, test } from 'vitest';
import { eta, renderWorlds } from '../src/index.js';

test('the page is the one in openapi.yaml, byte for byte', () => {
  const page = operations.find((operation) => operation.operationId === 'template')?.example;
  const pair = [
    { id: 4174, randomNumber: 5907 },
    { id: 51, randomNumber: 3870 },
  ];
  expect(renderWorlds([pair, pair, pair, pair, pair].flat())).toBe(page);
});

test('every value is escaped', () => {
  const html = eta.render('worlds', {
    title: '<&"\'>',
    worlds: [{ id: '<b>', randomNumber: '&' }],
  });
  expect(html).toContain('<title>&lt;&amp;&quot;&#39;&gt;</title>');
  expect(html).toContain('<td>&lt;b&gt;</td><td>&amp;</td>');
});
