import { findTarget } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Failure } from '../src/explore.js';
import type { Raw } from '../src/generate/raw.js';
import type { Finding } from '../src/judge.js';
import type { RawFinding } from '../src/judge-raw.js';
import type { Exchange } from '../src/message.js';
import { fuzzRaw } from '../src/raw.js';
import { describeFailure, describeRawFailure } from '../src/report.js';
import { fuzzRequests } from '../src/requests.js';
import { type Server, startServers } from '../src/servers.js';
import { answer, type Bug, plant } from './planted.js';

/** Enough that none of these bugs escapes; a run ends with the first failure. */
const ENOUGH = 20_000;

/** As long as it takes on a busy machine, in ms: none of these bugs is about time. */
const shrinkTime = 600_000;
const patience = 60_000;

let servers: Server[];
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ servers, stop } = await startServers([findTarget('node')]));
});
afterAll(() => stop());

const right = () => servers[0] as Server;

/** The first failure of a server with a bug, beside one without, or alone. */
async function findBug(
  bug: Bug,
  { alone = false, ...from }: { alone?: boolean; seed?: number; path?: string } = {},
): Promise<{ failure: Failure<Exchange, Finding>; text: string }> {
  const planted = await plant(right().url, bug);
  const fuzzed = alone ? [planted] : [right(), planted];
  const found: Failure<Exchange, Finding>[] = [];
  const enough = new AbortController();
  await fuzzRequests(fuzzed, {
    requests: ENOUGH,
    seed: 7,
    ...{ shrinkTime, patience },
    signal: enough.signal,
    onFailure: (failure) => {
      found.push(failure);
      enough.abort();
    },
    ...from,
  });
  planted.close();
  const [failure] = found;
  if (!failure) throw new Error('nothing was found');
  return { failure, text: describeFailure(failure, fuzzed) };
}

const lineOf = (bytes: string) => bytes.slice(0, bytes.indexOf('\r\n'));
/** Wrong for ids with a character beyond the Basic Multilingual Plane. */
const emoji: Bug = (bytes) =>
  /^GET \/users\/[^/?#]*%F0/i.test(lineOf(bytes)) ? answer(200, '{"id":"?"}') : undefined;
const seven: Bug = (bytes) =>
  /^GET \/queries\?count=7 /.test(bytes) ? answer(500, '{}') : undefined;

describe('a bug is found, and shrunk to what it takes', () => {
  test('an answer that is wrong for ids with an emoji', async () => {
    const { failure, text } = await findBug(emoji);
    const { messages } = failure.example;
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ method: 'GET', headers: [], version: '1.1' });
    const id = decodeURIComponent(messages[0]?.target.slice('/users/'.length) ?? '');
    // fast-check shortens from the front: one that follows may stay.
    expect([...id].length).toBeLessThanOrEqual(2);
    expect(failure.finding.blamed).toEqual([{ name: 'planted', kind: 'differs' }]);
    expect(text).toContain(`npm run fuzz -- --seed ${failure.seed} --path ${failure.path}`);
    expect(text).toContain('{"id":"?"}');
  });

  test('the same with nobody to compare with: the rule book says it', async () => {
    const { failure } = await findBug(emoji, { alone: true });
    expect(failure.finding.violation).toMatch(/^rule book: Content-Length: expected/);
  });

  test('a 500 for one value', async () => {
    const { failure } = await findBug(seven);
    expect(failure.example.messages.map(({ target }) => target)).toEqual(['/queries?count=7']);
    expect(failure.finding.kinds).toEqual(['differs', '5xx']);
  });

  test('and found again by its seed and path', async () => {
    const { failure } = await findBug(seven);
    const again = await findBug(seven, { seed: failure.seed, path: failure.path });
    expect(again.failure.example).toEqual(failure.example);
  });
});

describe('bytes that are hardly HTTP', () => {
  async function findRaw(bug: Bug) {
    const planted = await plant(right().url, bug);
    const found: Failure<Raw, RawFinding>[] = [];
    const enough = new AbortController();
    await fuzzRaw([right(), planted], {
      connections: ENOUGH,
      seed: 7,
      shrinkTime,
      signal: enough.signal,
      onFailure: (failure) => {
        found.push(failure);
        enough.abort();
      },
    });
    planted.close();
    const [failure] = found;
    if (!failure) throw new Error('nothing was found');
    return { failure, text: describeRawFailure(failure, [planted]) };
  }

  test('a request that is hidden in another is answered', async () => {
    const { failure, text } = await findRaw((bytes) =>
      /chunked[\s\S]*smuggled/.test(bytes)
        ? answer(200, '{}') + answer(200, '{"id":"smuggled"}')
        : undefined,
    );
    expect(failure.finding.blamed.map(({ name }) => name)).toEqual(['planted']);
    expect(text).toContain('the request that was hidden in another is answered');
    expect(text).toContain(`--requests 0 --seed ${failure.seed} --path ${failure.path}`);
  });

  test('a 500', async () => {
    const { failure } = await findRaw((bytes) =>
      bytes.includes('\0') ? answer(500, '') : undefined,
    );
    expect(failure.example.bytes.length).toBeLessThan(200);
    expect(failure.finding.signature).toBe('planted: status 500');
  });
});
