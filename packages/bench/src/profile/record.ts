import { setTimeout as sleep } from 'node:timers/promises';
import { endAll, startTarget, type Target } from '@heptathlon/targets';
import { openDatabase } from '../database.js';
import type { Generator } from '../generator.js';
import { Meter } from '../meter.js';
import { moveTree, onCores, planPinning } from '../pinning.js';
import type { Load } from '../result.js';
import type { CpuProfile } from './cpu-profile.js';
import { inspectable, openProfiler } from './inspector.js';

/** Between two samples, in µs; V8 takes somewhat longer. */
const INTERVAL = 500;
/** How long before the profile the load begins, the start of the generator included, in s. */
const WARM_UP = 3;
/** How much longer than the profile the load lasts, in s. */
const TAIL = 0.5;
const CONNECTIONS = 64;

/** What is to be profiled. */
export interface Recording {
  target: Target;
  /** The operationId. */
  event: string;
  /** How long, in s. */
  duration: number;
  generator: Generator;
  signal: AbortSignal;
  /** Is told what is being done. */
  say(line: string): void;
}

/** What came of it. */
export interface Recorded {
  profile: CpuProfile;
  /** The load, its beginning included. */
  load: Load;
}

/**
 * Starts a server, loads it, and records where it spends its time once it is warm.
 *
 * @throws {Error} where it cannot be done, or the signal ends it; nothing that was started is left
 */
export async function record(recording: Recording): Promise<Recorded> {
  const { target, signal, say } = recording;
  say(`${target.name}: starting`);
  const pinning = await planPinning(['1'], say);
  const database = await openDatabase();
  try {
    if (pinning && database.pid !== undefined) await moveTree(database.pid, pinning.others);
    signal.throwIfAborted();
    const command = onCores(pinning?.server, target.command);
    const env = { LOG_LEVEL: 'warn', WORKERS: '1', ...inspectable };
    const options = { databaseUrl: database.url, env, signal };
    const server = await startTarget({ ...target, command }, options);
    try {
      return await recordServer(server, recording, pinning?.others);
    } finally {
      await endAll(() => server.stop());
    }
  } finally {
    await endAll(() => database.stop());
  }
}

async function recordServer(
  server: { url: string; output(): string },
  { target, event, duration, generator, signal, say }: Recording,
  cores: string | undefined,
): Promise<Recorded> {
  const profiler = await openProfiler(server.output(), INTERVAL).catch((error: Error) => {
    throw new Error(`${target.name} cannot be profiled: ${error.message}`);
  });
  // Ends the one where the other fails.
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const end = (error: unknown) => {
    failed.abort(error);
    throw error;
  };
  const loading = async () => {
    const seconds = WARM_UP + duration + TAIL;
    const load = { event, url: server.url, duration: seconds, connections: CONNECTIONS, cores };
    return generator.measure({ ...load, signal: either }, new Meter(undefined, undefined));
  };
  const profiling = async () => {
    say(`${target.name} ${event}: warming up for ${WARM_UP} s`);
    await sleep(WARM_UP * 1000, undefined, { signal: either });
    say(`${target.name} ${event}: profiling for ${duration} s`);
    await profiler.start();
    await sleep(duration * 1000, undefined, { signal: either });
    return profiler.stop();
  };
  try {
    const [load, profile] = await Promise.allSettled([
      loading().catch(end),
      profiling().catch(end),
    ]);
    if (load.status === 'fulfilled' && profile.status === 'fulfilled') {
      return { load: load.value.load, profile: profile.value };
    }
    throw signal.aborted ? signal.reason : failed.signal.reason;
  } finally {
    // A server waits for whoever inspects it before it ends.
    await profiler.close();
  }
}
