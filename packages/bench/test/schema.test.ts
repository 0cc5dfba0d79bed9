import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSchema, schemaPath } from '../scripts/schema.js';
import { findFault, readResults } from '../src/read.js';
import { madeUp } from './results.js';

test('results.schema.json is what the types say: npm run generate writes it', () => {
  expect(JSON.parse(readFileSync(schemaPath, 'utf8'))).toEqual(JSON.parse(generateSchema()));
});

test('results keep to it', () => {
  expect(findFault(JSON.parse(JSON.stringify(madeUp())))).toBeUndefined();
});

test.each<[string, (results: ReturnType<typeof madeUp>) => unknown]>([
  ["/ must have required property 'plan'", ({ plan: _, ...results }) => results],
  [
    '/cells/0/round must be number',
    (results) => ({ ...results, cells: [{ ...results.cells[0], round: 'one' }] }),
  ],
  ['/ must NOT have additional properties', (results) => ({ ...results, more: 1 })],
  ['/startedAt must be string', (results) => ({ ...results, startedAt: null })],
])('%s', (fault, change) => {
  expect(findFault(change(madeUp()))).toBe(fault);
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-read-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['{', 'cannot be read (it is no JSON).'],
  ['[]', 'is no results file.'],
  ['{"version":4}', 'is no results file of version 5, which is what this bench reads.'],
  ['{"version":5}', "is no results file: / must have required property 'startedAt'."],
])('a file that holds %s is refused in a line', (text, message) => {
  const file = join(folder, 'results.json');
  writeFileSync(file, text);
  expect(() => readResults(file)).toThrow(`${file} ${message}`);
});

test('a file that a run has written is read', () => {
  const file = join(folder, 'results.json');
  writeFileSync(file, JSON.stringify(madeUp()));
  expect(readResults(file)).toEqual(madeUp());
});
