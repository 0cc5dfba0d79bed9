import { expect, test } from 'vitest';
import { renderSoakTable } from '../../src/soak/table.js';
import { samplesWith, serverOf, soakOf } from './made-up.js';

test('a line for each server and metric has slope, interval and verdict', () => {
  const lines = renderSoakTable(
    soakOf([
      serverOf('well'),
      serverOf(
        'leaking',
        samplesWith('descriptors', (second) => 60 + second / 60),
      ),
      serverOf(
        'closed',
        samplesWith('heap', () => null),
      ),
    ]),
  ).split('\n');
  const at = lines.indexOf('File descriptors, number/h, with 95 % interval; limit 20.0');
  expect(lines.slice(at + 1, at + 4)).toEqual([
    '  well     0.00 [−1.01, +1.01]   not rising',
    '  leaking  +60.0 [+59.0, +61.0]  rising',
    '  closed   0.00 [−1.01, +1.01]   not rising',
  ]);
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}closed +– +not measured$/));
  expect(lines.at(-1)).toBe(
    '  closed   250 requests/s, of 4,500 that it takes: 990 right, 10 503 while the database was disturbed',
  );
});

test('a small slope is not told as if it were 0', () => {
  const drifting = samplesWith('heap', (second) => (20 + (0.0015 * second) / 3600) * 2 ** 20);
  expect(renderSoakTable(soakOf([serverOf('one', drifting)]))).toContain(
    '  one  +0.0015 [+0.0015, +0.0015]  not rising\n',
  );
});

test('what was wrong, not sent, or died is told, and that the machine was busy', () => {
  const example = { at: 3, event: 'json', why: 'status 500 after 2 ms' };
  const answers = { sent: 9, right: 3, excused: 0, wrong: 5, dropped: 1, examples: [example] };
  const soak = soakOf([serverOf('one', { answers, died: 'the server died (SIGKILL)' })]);
  expect(renderSoakTable(soak)).toMatch(
    /3 right, 5 wrong or without answer \(json: status 500 after 2 ms\), 1 not sent, the server died \(SIGKILL\)$/,
  );
  const busy = { ...soak, loadAverages: [4, 20, 21] };
  expect(renderSoakTable(busy)).toMatch(
    /\n\nThe machine was busy: a load average of 20\.0 on 2 cores/,
  );
  const right = soakOf([serverOf('one')]);
  expect(renderSoakTable({ ...right, loadAverages: [20] })).not.toContain('busy');
});
