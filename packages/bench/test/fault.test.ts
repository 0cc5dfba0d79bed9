import { expect, test } from 'vitest';
import { findFault } from '../src/fault.js';
import type { Load, Usage } from '../src/result.js';
import { madeUp } from './results.js';

const phase = madeUp().cells[0]?.phases.fixedRate;
const good = { load: phase?.load as Load, usage: phase?.usage as Usage };

test('a load in order has no fault', () => {
  expect(findFault(good)).toBeNull();
});

test.each<[string, Partial<Load>, Partial<Usage>]>([
  ['3 requests failed or had a wrong answer, 2000 were counted', { errors: 3 }, {}],
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
