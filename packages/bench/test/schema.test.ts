import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSchema, schemaPath } from '../scripts/schema.js';
import { costOf } from '../src/figures.js';
import { findFault, readResults } from '../src/read.js';
import type { Results } from '../src/result.js';
import { madeUp } from './results.js';

test('results.schema.json is what the types say: npm run generate writes it', () => {
  expect(JSON.parse(readFileSync(schemaPath, 'utf8'))).toEqual(JSON.parse(generateSchema()));
});

test('results keep to it', () => {
  expect(findFault(JSON.parse(JSON.stringify(madeUp())))).toBeUndefined();
});

/** One figure of the first cell as no load can have it. */
const changed = (name: 'requests' | 'errors', value: number) => (results: Results) => {
  const load = results.cells[0]?.phases.saturation?.load;
  if (load) load[name] = value;
  return results;
};

test.each<[string, (results: Results) => unknown]>([
  ["/ must have required property 'plan'", ({ plan: _, ...results }) => results],
  [
    '/cells/0/round must be number',
    (results) => ({ ...results, cells: [{ ...results.cells[0], round: 'one' }] }),
  ],
  ['/ must NOT have additional properties', (results) => ({ ...results, more: 1 })],
  ['/startedAt must be string', (results) => ({ ...results, startedAt: null })],
  ['/cells/0/phases/saturation/load/requests must be >= 0', changed('requests', -557)],
  ['/cells/0/phases/saturation/load/errors must be >= 0', changed('errors', -1)],
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
  ['{"version":4}', 'is no results file of version 5 or 6, which is what this bench reads.'],
  ['{"version":5}', "is no results file: / must have required property 'startedAt'."],
  ['{"version":6}', "is no results file: / must have required property 'startedAt'."],
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

const kept = new URL('../../../results/', import.meta.url);
const runs = readdirSync(kept).filter((file) => /^\d.*\.json$/.test(file));

test.each(runs)(
  '%s is read, whatever it took for known, and its figures are those it was published with',
  (name) => {
    const file = fileURLToPath(new URL(name, kept));
    const written = JSON.parse(readFileSync(file, 'utf8')) as Results;
    const read = readResults(file);
    const slicesOf = ({ cells }: Results) =>
      cells.flatMap(({ phases }) => phases.saturation?.slices ?? []);
    const negative = slicesOf(written).filter(({ requests }) => requests !== null && requests < 0);
    const leftOut = slicesOf(read).filter((slice) => slice.leftOut !== undefined);
    expect(leftOut.length).toBe(negative.length);
    for (const slice of leftOut) expect(slice).toMatchObject({ requests: null, counts: false });
    const costs = ({ cells }: Results) =>
      cells.flatMap(({ phases }) => Object.values(phases).map(costOf));
    expect(costs(read)).toEqual(costs(written));
    for (const { framework, driver } of read.targets) {
      expect(driver?.name).toBe(framework === null ? undefined : 'postgres');
    }
  },
);
