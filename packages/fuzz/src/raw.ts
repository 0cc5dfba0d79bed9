import { explore, type Failure } from './explore.js';
import { type Raw, raw } from './generate/raw.js';
import { findSick } from './health.js';
import { judgeRaw, type RawFinding } from './judge-raw.js';
import { sendRaw } from './send-raw.js';
import type { Server } from './servers.js';

/** How bytes are explored. */
export interface RawOptions {
  /** Connections for each server. */
  connections: number;
  seed: number;
  path?: string;
  /** How long a failure may be made smaller, in ms; 15 s by default. */
  shrinkTime?: number;
  signal?: AbortSignal;
  onFailure(failure: Failure<Raw, RawFinding>): void;
  onProgress?(done: number): void;
}

/** What came of it. */
export interface RawResult {
  /** Connections for each server. */
  connections: number;
  /** For how many of them each server is to blame. */
  found: Map<string, number>;
  failures: number;
}

/** After so many connections all servers have to be well. */
const BATCH = 100;

/**
 * Sends bytes that are hardly HTTP to all servers at once.
 *
 * @throws {Error} where a server cannot be reached any more, or is not well
 */
export async function fuzzRaw(servers: Server[], options: RawOptions): Promise<RawResult> {
  const found = new Map(servers.map(({ name }) => [name, 0]));
  let generated = 0;

  async function sendToAll(example: Raw): Promise<RawFinding | undefined> {
    const received = await Promise.all(
      servers.map(async ({ name, url }) => [name, await sendRaw(url, example.bytes)] as const),
    );
    return judgeRaw(example, new Map(received));
  }

  async function check(example: Raw): Promise<RawFinding | undefined> {
    generated++;
    options.onProgress?.(generated);
    if (generated % BATCH === 0) await expectHealth(servers);
    if (!(await sendToAll(example))) return undefined;
    const again = await sendToAll(example);
    for (const { name } of again?.blamed ?? []) found.set(name, (found.get(name) ?? 0) + 1);
    return again;
  }

  const failures = await explore({
    cases: raw,
    check,
    signatureOf: ({ signature }) => signature,
    isDone: () => generated >= options.connections,
    // Most of the time goes by in waiting for nothing.
    concurrency: 32,
    ...options,
  });
  return { connections: generated, found, failures };
}

async function expectHealth(servers: Server[]): Promise<void> {
  const sick = await findSick(servers);
  if (sick.length > 0) throw new Error(sick.join('\n'));
}
