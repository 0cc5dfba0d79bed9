import { explore, type Failure } from './explore.js';
import { exchange } from './generate/exchange.js';
import { type Finding, judge, type Kind, SLOW } from './judge.js';
import { knownOf } from './known.js';
import type { Exchange } from './message.js';
import { type Outcome, send, TIMEOUT } from './send.js';
import type { Server } from './servers.js';
import { Stalls } from './stalls.js';

/** What came of the requests that a server was sent. */
export interface Tally {
  requests: number;
  found: Record<Kind, number>;
  /** Answers that were not compared, for each thing that is known, by its name. */
  known: Map<string, number>;
}

/** How requests are explored. */
export interface Options {
  /** Requests for each server. */
  requests: number;
  seed: number;
  path?: string;
  /** How long an answer may take, in ms; 1 s by default. */
  patience?: number;
  /** How long a failure may be made smaller, in ms; 15 s by default. */
  shrinkTime?: number;
  signal?: AbortSignal;
  onFailure(failure: Failure<Exchange, Finding>): void;
  onProgress?(done: number): void;
}

/** What came of it all. */
export interface Result {
  tallies: Map<string, Tally>;
  failures: number;
  /** Findings that were not there again when the case was repeated. */
  unstable: number;
}

/**
 * Sends generated requests to all servers at once, and compares what they answer.
 *
 * @throws {Error} where a server cannot be reached
 */
export async function fuzzRequests(servers: Server[], options: Options): Promise<Result> {
  const tallies = new Map(
    servers.map(({ name }): [string, Tally] => [
      name,
      { requests: 0, found: { differs: 0, '5xx': 0, slow: 0 }, known: new Map() },
    ]),
  );
  const tally = (name: string) => tallies.get(name) as Tally;
  const { patience = SLOW } = options;
  let generated = 0;
  let unstable = 0;
  const stalls = new Stalls();

  async function sendTo(some: Server[], example: Exchange): Promise<Finding | undefined> {
    const outcomes = await Promise.all(
      some.map(async (server): Promise<[Server, Outcome[]]> => {
        tally(server.name).requests += example.messages.length;
        return [server, await send(server.url, example, Math.max(patience, TIMEOUT))];
      }),
    );
    return judge(example, outcomes, patience);
  }

  function countKnown(example: Exchange): void {
    for (const server of servers) {
      const counts = tally(server.name).known;
      for (const index of example.messages.keys()) {
        const found = knownOf(server, index, example);
        if (found) counts.set(found.name, (counts.get(found.name) ?? 0) + 1);
      }
    }
  }

  /** Sends a case once more: a reset that overtook an answer does not do so twice. */
  async function confirm(example: Exchange): Promise<Finding | undefined> {
    const again = await sendTo(servers, example);
    if (!again?.kinds.every((kind) => kind === 'slow')) return again;
    // Whose time it was is told by each alone, and by nobody where this process did not come to its turn.
    for (const server of servers.filter(({ name }) => isBlamed(again, name))) {
      const startedAt = performance.now();
      if ((await sendTo([server], example)) && !stalls.since(startedAt)) return again;
    }
    return undefined;
  }

  async function check(example: Exchange): Promise<Finding | undefined> {
    const finding = await sendTo(servers, example);
    generated += example.messages.length;
    countKnown(example);
    options.onProgress?.(generated);
    if (!finding) return undefined;
    const again = await confirm(example);
    if (!again) unstable++;
    for (const { name, kind } of again?.blamed ?? []) tally(name).found[kind]++;
    return again;
  }

  const failures = await explore({
    cases: exchange,
    check,
    signatureOf: ({ signature }) => signature,
    isDone: () => generated >= options.requests,
    concurrency: 8,
    ...options,
  }).finally(() => stalls.stop());
  return { tallies, failures, unstable };
}

const isBlamed = ({ blamed }: Finding, server: string) =>
  blamed.some(({ name }) => name === server);
