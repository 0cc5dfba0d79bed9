import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../src/soak/exit-code.js';
import { judge, type Verdict } from '../../src/soak/judge.js';
import { type Metric, type MetricName, metrics } from '../../src/soak/metrics.js';
import type { ServerResult } from '../../src/soak/result.js';
import { noise, samplesWith, serverOf, soakOf, WATCHED, wave } from './made-up.js';

const MIB = 2 ** 20;

function verdictOf(server: ServerResult, metric: MetricName) {
  const found = judge(soakOf([serverOf('other'), server]));
  return found.find((one) => one.name === server.name && one.metric.name === metric)?.verdict;
}

const mib = (of: (second: number) => number) => (second: number) => of(second) * MIB;

test('what does not change is not rising, and the soak is good', () => {
  const results = soakOf([serverOf('one'), serverOf('two')]);
  expect(new Set(judge(results).map(({ verdict }) => verdict))).toEqual(new Set(['not rising']));
  expect(judge(results)).toHaveLength(12);
  expect(exitCodeOf(results)).toBe(0);
});

test.each<[string, MetricName, (second: number) => number | null, Verdict]>([
  ['1 MiB/h in noise', 'heap', mib((second) => 20 + wave(second) / 10 + second / 3600), 'rising'],
  ['30 MiB/h less', 'heap', mib((second) => 60 + wave(second) / 10 - second / 120), 'not rising'],
  ['0.03 MiB/h, for sure', 'heap', mib((second) => 20 + second / 120_000), 'not rising'],
  [
    'noise beside which 1 MiB/h is little',
    'heap',
    mib((second) => 20 + 9 * wave(second)),
    'cannot tell',
  ],
  ['a descriptor each minute', 'descriptors', (second) => 60 + Math.floor(second / 60), 'rising'],
  ['a descriptor more', 'descriptors', (second) => (second < 2000 ? 60 : 61), 'not rising'],
  [
    'a connection each ten minutes',
    'connections',
    (second) => 4 + Math.floor(second / 600),
    'rising',
  ],
  ['growth in the warm-up', 'heap', mib((second) => Math.min(second, 599)), 'not rising'],
  [
    'growth in the time of a fault',
    'descriptors',
    (second) => (second === 720 ? 500 : 60),
    'not rising',
  ],
  ['a heap that cannot be asked for', 'heap', () => null, 'not measured'],
  [
    '30 MiB/h of resident memory',
    'rss',
    mib((second) => 100 + wave(second) + second / 120),
    'rising',
  ],
  [
    'resident memory on its way back to that of the warm-up',
    'rss',
    mib((second) => (second < 300 ? 170 : 100 + second / 100)),
    'rising',
  ],
  [
    '30 MiB/h beside the heap',
    'native',
    mib((second) => 50 + wave(second) + second / 120),
    'rising',
  ],
  ['delays that are double', 'delay', (second) => 50 + second / 90 + wave(second), 'rising'],
])('%s', (_, metric, value, verdict) => {
  const server = serverOf('it', samplesWith(metric, value));
  expect(verdictOf(server, metric)).toBe(verdict);
  expect(verdictOf(server, metric === 'rss' ? 'heap' : 'rss')).toBe('not rising');
});

test('what rises is found among however many do not', () => {
  const rising = mib((second) => 100 + 3 * wave(second) + second / 120);
  const server = serverOf('rising', samplesWith('rss', rising));
  const among = (others: number) => {
    const names = Array.from({ length: others }, (_, index) => serverOf(`other ${index}`));
    return judge(soakOf([server, ...names])).filter(({ verdict }) => verdict === 'rising').length;
  };
  expect([among(0), among(60)]).toEqual([1, 1]);
});

test('a short soak cannot tell of what is counted', () => {
  const soak = soakOf([serverOf('it')]);
  const short = { ...soak, plan: { ...soak.plan, warmUp: 600 + WATCHED * (5 / 6) } };
  const told = judge(short).filter(({ verdict }) => verdict === 'cannot tell');
  expect(told.map(({ metric }) => metric.name)).toContain('connections');
});

/**
 * Of a hundred servers whose metric rises by so many times its limit, in noise that keeps half of itself from sample to
 * sample, how many have each verdict.
 */
function tellOf({ name, per, grain, limit }: Metric, times: number, spread = 1) {
  const found = { rising: 0, 'not rising': 0, 'cannot tell': 0, 'not measured': 0 };
  for (let seed = 1; seed <= 100; seed++) {
    const values = noise(seed, 0.5, spread * (grain ? 0.1 : limit / 3));
    let index = 0;
    const leak = (second: number) => {
      const value = 100 + seed / 100 + (times * limit * second) / 3600 + (values[index++] ?? 0);
      return per * (grain ? Math.floor(value) : value);
    };
    const verdict = verdictOf(serverOf('it', samplesWith(name, leak)), name);
    if (verdict) found[verdict]++;
  }
  return found;
}

describe.each(metrics.map((metric) => [metric.title, metric] as const))('%s', (_, metric) => {
  test('a leak of the size of the limit is passed in 5 of 100 at most', () => {
    expect(tellOf(metric, 1)['not rising']).toBeLessThanOrEqual(5);
    expect(tellOf(metric, 1, 9)['not rising']).toBeLessThanOrEqual(5);
  });

  // Of connections an hour shows but two at the limit: one more or less is half of that.
  const times = metric.grain ? 3 : 2;
  test(`one of ${times} times its size is found in all but 5`, () => {
    expect(tellOf(metric, times).rising).toBeGreaterThanOrEqual(95);
  });

  test('noise alone is told apart in all but 10, and never rises', () => {
    const { rising, 'not rising': notRising } = tellOf(metric, 0);
    expect(rising).toBe(0);
    expect(notRising).toBeGreaterThanOrEqual(90);
  });

  test('noise that hides the limit is called rising in 5 at most', () => {
    expect(tellOf(metric, 0, 30).rising).toBeLessThanOrEqual(5);
  });
});

describe('the soak is', () => {
  const answers = serverOf('').answers;
  test.each<[string, Partial<ServerResult>]>([
    [
      'where something rises',
      samplesWith(
        'heap',
        mib((second) => 20 + second / 600),
      ),
    ],
    ['where something was not measured', samplesWith('heap', () => null)],
    ['where an answer was wrong', { answers: { ...answers, wrong: 1 } }],
    ['where a request was not sent', { answers: { ...answers, dropped: 1 } }],
    ['where a server died', { died: 'the server died (SIGKILL)' }],
  ])('bad %s', (_, change) => {
    const unclear = serverOf(
      'unclear',
      samplesWith(
        'heap',
        mib((second) => 20 + 9 * wave(second)),
      ),
    );
    expect(exitCodeOf(soakOf([serverOf('one'), unclear, serverOf('two', change)]))).toBe(1);
  });

  test('bad where it was interrupted', () => {
    expect(exitCodeOf({ ...soakOf([serverOf('one')]), interrupted: true })).toBe(1);
  });

  test('neither good nor bad where something cannot be told', () => {
    const unclear = serverOf(
      'unclear',
      samplesWith(
        'heap',
        mib((second) => 20 + 9 * wave(second)),
      ),
    );
    expect(exitCodeOf(soakOf([serverOf('one'), unclear]))).toBe(3);
  });
});
