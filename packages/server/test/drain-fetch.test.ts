import { expect, test } from 'vitest';
import { drainable } from '../src/index.js';

const request = new Request('http://localhost/');

test('answers end their connections from then on, and the server stops when those had time for one', async () => {
  const { fetch, drain } = drainable(() => new Response('done'));
  const ask = async () => (await fetch(request)).headers.get('connection');
  expect(await ask()).toBeNull();
  const events: string[] = [];
  const drained = drain(async () => void events.push('stop'));
  expect(await ask()).toBe('close');
  expect(events).toEqual([]);
  await drained;
  expect(events).toEqual(['stop']);
});

test('so does the answer to a request that was in flight', async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const { fetch, drain } = drainable(() => promise);
  const inFlight = fetch(request);
  const drained = drain(async () => {});
  resolve(new Response('done'));
  expect((await inFlight).headers.get('connection')).toBe('close');
  await drained;
});

test('what has not ended 8 s later is waited for no more', async () => {
  const { drain } = drainable(() => new Response('done'));
  const startedAt = Date.now();
  await drain(() => new Promise(() => {}));
  expect(Date.now() - startedAt).toBeGreaterThan(7_900);
  expect(Date.now() - startedAt).toBeLessThan(10_000);
});
