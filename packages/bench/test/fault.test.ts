import { expect, test } from 'vitest';
import { Failures } from '../src/failures.js';
import { findFault, findSlack } from '../src/fault.js';
import type { Load, Usage } from '../src/result.js';
import { madeUp } from './results.js';

const phase = madeUp().cells[0]?.phases.fixedRate;
const good = { load: phase?.load as Load, usage: phase?.usage as Usage };

test('a load in order has no fault', () => {
  expect(findFault(good)).toBeNull();
});

test.each<[string, Partial<Load>, Partial<Usage>]>([
  ['3 requests failed or had a wrong answer; 2000 requests were counted', { errors: 3 }, {}],
  [
    '2 wrong answers (the first: status 503), 1 request without an answer for 10 s; 2000 requests were counted',
    {
      errors: 3,
      seen: ['2 wrong answers (the first: status 503)', '1 request without an answer for 10 s'],
    },
    {},
  ],
  ['not one request was answered', { requests: 0 }, {}],
  ['7 iterations were dropped: they were not begun in time', { dropped: 7 }, {}],
  ['1970 requests/s were reached of 2000 asked for', { requests: 1970 }, {}],
  [
    'the generator is the limit: it used 85 % of its time, the server 60 %',
    {},
    { generatorBusy: 0.85, serverBusy: 0.6 },
  ],
  [
    'the generator is the limit: it used 85 % of its time',
    {},
    { generatorBusy: 0.85, serverBusy: null },
  ],
  ['the machine was taken away: 8 % of its time (steal)', {}, { stolen: 0.08 }],
  ['the machine was taken away: throttled for 90 ms', {}, { throttled: 90 }],
])('%s', (reason, load, usage) => {
  const found = { load: { ...good.load, ...load }, usage: { ...good.usage, ...usage } };
  expect(findFault(found)).toBe(reason);
});

test('a busy generator is no limit to a server that has no time left', () => {
  const usage = { ...good.usage, generatorBusy: 0.95, serverBusy: 0.95 };
  expect(findFault({ ...good, usage })).toBeNull();
});

test('what is within the limits is no fault', () => {
  const load = { ...good.load, requests: 1981 };
  const usage = { ...good.usage, generatorBusy: 0.79, stolen: 0.04, throttled: 40 };
  expect(findFault({ load, usage })).toBeNull();
});

test('failures are named by what was seen, the first of a kind in detail', () => {
  const failures = new Failures(10);
  failures.add('wrong', 'status 500');
  failures.add('wrong', 'status 200, but another body');
  failures.add('late');
  failures.add('reset', 'ECONNRESET');
  failures.add('reset', 'EPIPE');
  failures.add('closed', undefined, 0);
  failures.add('malformed');
  expect(failures.count).toBe(6);
  expect(failures.seen).toEqual([
    '2 wrong answers (the first: status 500)',
    '1 request without an answer for 10 s',
    '2 connections broken (ECONNRESET)',
    '1 answer that is not HTTP',
  ]);
});

test.each([
  [0.23, 0.7, "the generator 50 %; something else used 70 % of the server's cores"],
  [0.23, 0.05, 'the generator 50 %; most of the rest was idle: both waited'],
  [0.23, null, 'the generator 50 %'],
])(
  'a server that used %s of its time was not saturated, and it is said who did',
  (serverBusy, othersBusy, rest) => {
    const usage = { ...good.usage, serverBusy, othersBusy };
    expect(findSlack({ usage })).toBe(
      `the server was not saturated: the server used 23 % of its time, ${rest}`,
    );
  },
);

test('one that is elsewhere, or that had little time left, is not found to be idle', () => {
  expect(findSlack({ usage: { ...good.usage, serverBusy: null } })).toBeNull();
  expect(findSlack({ usage: { ...good.usage, serverBusy: 0.7 } })).toBeNull();
});
