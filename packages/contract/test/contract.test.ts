import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generate, generatedPath } from '../scripts/generate.js';
import { clampCount, JSON_TYPE, operations, problemFor } from '../src/index.js';

test('generated.ts is what openapi.yaml says; `npm run generate` brings it up to date', async () => {
  expect(readFileSync(generatedPath, 'utf8')).toBe(await generate());
});

test('the operations stand in the order that every app follows', () => {
  expect(operations.map(({ operationId }) => operationId)).toEqual([
    'plaintext',
    'json',
    'jsonBody',
    'params',
    'db',
    'queries',
    'template',
  ]);
});

test.each([
  [undefined, 1],
  ['', 1],
  ['0', 1],
  ['-1', 1],
  ['-0', 1],
  ['1', 1],
  ['007', 7],
  ['20', 20],
  ['500', 500],
  ['501', 500],
  ['9'.repeat(400), 500],
  [`-${'9'.repeat(400)}`, 1],
  ['20abc', 1],
  ['1.5', 1],
  ['1e2', 1],
  ['0x10', 1],
  ['+5', 1],
  [' 5', 1],
  ['5\n', 1],
  ['٥', 1],
  [['3', '5'], 3],
  [['x', '5'], 1],
  [{ a: '5' }, 1],
])('a count of %j reads %i rows', (raw, rows) => {
  expect(clampCount(raw)).toBe(rows);
});

describe('JSON_TYPE', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json ; profile="a;b"',
  ])('takes %s', (type) => {
    expect(JSON_TYPE.test(type)).toBe(true);
  });

  test.each([
    '',
    'application/json5',
    'application/vnd.api+json',
    'text/json',
    'application/json, text/plain',
  ])('refuses %s', (type) => {
    expect(JSON_TYPE.test(type)).toBe(false);
  });
});

test.each([
  [404, 404],
  [413, 413],
  [405, 400],
  [499, 400],
  [500, 500],
  [502, 500],
  [200, 500],
  [undefined, 500],
  ['404', 500],
])('an error with status %j is answered with %i', (status, answered) => {
  expect(problemFor(status).status).toBe(answered);
});
