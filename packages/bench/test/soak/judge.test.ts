import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../src/soak/exit-code.js';
import { judge } from '../../src/soak/judge.js';
import type { MetricName } from '../../src/soak/metrics.js';
import type { ServerResult } from '../../src/soak/result.js';
import { noise, samplesWith, serverOf, soakOf } from './made-up.js';

const MIB = 2 ** 20;

function verdictOf(server: ServerResult, metric: MetricName) {
  const found = judge(soakOf([serverOf('other'), server]));
  return found.find((one) => one.name === server.name && one.metric.name === metric)?.verdict;
}

const heapOf = (mib: (second: number) => number) => (second: number) => mib(second) * MIB;

test('what does not change is steady, and the soak is good', () => {
  const results = soakOf([serverOf('one'), serverOf('two')]);
  expect(new Set(judge(results).map(({ verdict }) => verdict))).toEqual(new Set(['steady']));
  expect(judge(results)).toHaveLength(12);
  expect(exitCodeOf(results)).toBe(0);
});

test.each<[string, MetricName, (second: number) => number | null, string]>([
  ['1 MiB/min in noise', 'heap', heapOf((second) => 20 + noise(second) + second / 60), 'grows'],
  ['1 MiB/min less', 'heap', heapOf((second) => 40 + noise(second) - second / 60), 'shrinks'],
  ['0.03 MiB/min, for sure', 'heap', heapOf((second) => 20 + second / 2000), 'drifts'],
  [
    'a descriptor each half minute',
    'descriptors',
    (second) => 60 + Math.floor(second / 30),
    'grows',
  ],
  [
    'a connection each two minutes',
    'connections',
    (second) => 4 + Math.floor(second / 120),
    'grows',
  ],
  ['growth in the warm-up', 'heap', heapOf((second) => Math.min(second, 119)), 'steady'],
  [
    'growth in the time of a fault',
    'descriptors',
    (second) => (second === 201 ? 500 : 60),
    'steady',
  ],
  ['a heap that cannot be asked for', 'heap', () => null, 'not measured'],
  [
    'resident memory beyond that of the warm-up',
    'rss',
    heapOf((second) => 100 + second / 10),
    'grows',
  ],
  [
    'resident memory that comes back to that of the warm-up',
    'rss',
    heapOf((second) => (second < 30 ? 170 : 100 + second / 10)),
    'steady',
  ],
  [
    'memory beside the heap',
    'native',
    heapOf((second) => 50 + second / 60 + noise(second)),
    'grows',
  ],
  ['delays that are double', 'delay', (second) => 50 + second / 5 + noise(second), 'grows'],
])('%s', (_, metric, value, verdict) => {
  const server = serverOf('it', samplesWith(metric, value));
  expect(verdictOf(server, metric)).toBe(verdict);
  expect(verdictOf(server, metric === 'rss' ? 'heap' : 'rss')).toBe('steady');
});

test('what resident memory reached while faults filled the warm-up, it may reach again', () => {
  const rss = heapOf((second) => (second < 30 ? 170 : 100 + second / 10));
  const { faults } = serverOf('');
  const full = { fault: 'table locked', isOfDatabase: true, from: 0, to: 120 };
  const server = serverOf('it', { ...samplesWith('rss', rss), faults: [full, ...faults] });
  expect(verdictOf(server, 'rss')).toBe('steady');
});

test('a doubtful slope among many is none, and among few is one', () => {
  const doubtful = serverOf(
    'doubtful',
    samplesWith('delay', (second) => 5 + 8 * noise(second * second) + second * 0.02),
  );
  const among = (others: number) => {
    const results = soakOf([
      doubtful,
      ...Array.from({ length: others }, (_, index) => serverOf(`other ${index}`)),
    ]);
    return judge(results).find(
      ({ name, metric }) => name === 'doubtful' && metric.name === 'delay',
    );
  };
  const trend = among(0)?.trend;
  expect(trend?.low).toBeGreaterThan(0);
  expect([among(0)?.verdict, among(60)?.verdict]).toEqual(['grows', 'steady']);
});

describe('the soak is bad', () => {
  const answers = serverOf('').answers;
  test.each<[string, Partial<ServerResult>]>([
    [
      'where something grows',
      samplesWith(
        'heap',
        heapOf((second) => 20 + second / 60),
      ),
    ],
    ['where something was not measured', samplesWith('heap', () => null)],
    ['where an answer was wrong', { answers: { ...answers, wrong: 1 } }],
    ['where a request was not sent', { answers: { ...answers, dropped: 1 } }],
    ['where a server died', { died: 'the server died (SIGKILL)' }],
  ])('%s', (_, change) => {
    expect(exitCodeOf(soakOf([serverOf('one'), serverOf('two', change)]))).toBe(1);
  });

  test('where it was interrupted', () => {
    expect(exitCodeOf({ ...soakOf([serverOf('one')]), interrupted: true })).toBe(1);
  });
});
