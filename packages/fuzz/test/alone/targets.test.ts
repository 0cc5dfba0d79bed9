import { targetsToCompare } from '@heptathlon/targets';
import { afterAll, beforeAll, test } from 'vitest';
import { findLogged, findSick } from '../../src/health.js';
import { fuzzRaw } from '../../src/raw.js';
import { describeFailure, describeRawFailure } from '../../src/report.js';
import { fuzzRequests } from '../../src/requests.js';
import { type Server, startServers } from '../../src/servers.js';

// The same each time: what is new is for `npm run fuzz` to find, and not for a change that has nothing to do with it.
const seed = 1;
let servers: Server[];
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ servers, stop } = await startServers(targetsToCompare()));
});
afterAll(() => stop());

/** As they are, without a diff around them. */
function expectNone(found: string[]): void {
  if (found.length > 0) throw new Error(found.join('\n\n'));
}

test(`all targets answer alike, and as the rule book says (seed ${seed})`, async () => {
  const failures: string[] = [];
  await fuzzRequests(servers, {
    requests: 400,
    seed,
    onFailure: (failure) => failures.push(describeFailure(failure, servers)),
  });
  expectNone(failures);
});

test(`what is hardly HTTP is refused, and hurts nobody (seed ${seed})`, async () => {
  const failures: string[] = [];
  await fuzzRaw(servers, {
    connections: 100,
    seed,
    onFailure: (failure) => failures.push(describeRawFailure(failure, servers)),
  });
  expectNone([...failures, ...(await findSick(servers)), ...findLogged(servers)]);
});
