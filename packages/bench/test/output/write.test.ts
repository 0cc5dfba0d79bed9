import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatJson } from '../../src/output/json.js';
import { writeResults } from '../../src/output/write.js';
import { madeUp } from '../results.js';
import { cases, fullRun } from './runs.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('results, report and Markdown stand beside each other, and nothing else', async () => {
  const results = madeUp();
  const json = join(folder, 'new', 'run.json');
  const written = await writeResults(json, results);
  expect(written).toEqual({
    json,
    report: join(folder, 'new', 'run.html'),
    markdown: join(folder, 'new', 'run.md'),
  });
  expect(readdirSync(join(folder, 'new')).toSorted()).toEqual(['run.html', 'run.json', 'run.md']);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(results);
  expect(readFileSync(written.report, 'utf8')).toMatch(/^<!doctype html>/);
  expect(readFileSync(written.markdown, 'utf8')).toContain(
    '[report](run.html) · [results](run.json)',
  );
});

test('a full run takes under 3 MB of JSON and 1.6 MB of report', async () => {
  const { json, report } = await writeResults(join(folder, 'run.json'), fullRun());
  expect(readFileSync(json).length).toBeLessThan(3e6);
  expect(readFileSync(report).length).toBeLessThan(1.6e6);
});

test('JSON keeps series on one line, and the rest readable', () => {
  const series = Array.from({ length: 64 }, (_, index) => [index / 64, index]);
  expect(
    formatJson({ name: 'x', series, nested: [{ text: 'y'.repeat(200) }] }).split('\n'),
  ).toEqual([
    '{',
    '  "name": "x",',
    `  "series": ${JSON.stringify(series)},`,
    '  "nested": [',
    '    {',
    `      "text": "${'y'.repeat(200)}"`,
    '    }',
    '  ]',
    '}',
    '',
  ]);
});

test.each(cases)('the JSON holds what is wrong: $what', ({ badge, reason, results }) => {
  const read = JSON.parse(formatJson(results));
  expect(read).toEqual(results);
  const cells: typeof results.cells = read.cells;
  if (badge === 'void') {
    expect(cells.some(({ phases }) => phases.saturation?.void === reason)).toBe(true);
  } else if (badge === 'not steady') {
    expect(cells.some(({ warmUp }) => warmUp?.steady === false)).toBe(true);
  } else {
    expect(read.interrupted).toBe(true);
  }
});
