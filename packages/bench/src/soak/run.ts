import { describeCommit, endAll } from '@heptathlon/targets';
import { openDatabase } from '../database.js';
import { describeMachine } from '../machine.js';
import { startFlags, v8Flags } from '../probe/flags.js';
import { clock, Progress } from '../progress.js';
import { soakGroup } from './group.js';
import type { SoakOptions } from './options.js';
import type { SoakResults } from './result.js';

/** What a server takes beside its load, in s: its start, and its end. */
const AROUND = 4;

/**
 * Soaks servers.
 *
 * @param root the repository
 * @returns what was found until the end, or until the signal
 * @throws {Error} in one line, where nothing was found
 */
export async function runSoak(
  { targets, plan }: SoakOptions,
  root: string,
  signal: AbortSignal,
): Promise<SoakResults> {
  const groups = plan.sideBySide === 1 ? targets.map((target) => [target]) : [targets];
  const around = targets.length * (plan.saturation + AROUND);
  const seconds = groups.length * (plan.duration + plan.saturation) + around;
  const samples = groups.length * Math.ceil(plan.duration / plan.interval);
  const progress = new Progress(samples, seconds);
  progress.say(
    `${targets.map(({ name }) => name).join(', ')}: ${clock(plan.duration)} min ${groups.length > 1 ? 'each' : 'side by side'}, about ${clock(seconds)} min in all`,
  );
  const database = await openDatabase();
  try {
    const results: SoakResults = {
      ...{ kind: 'soak', version: 1, interrupted: false, plan, loadAverages: [], servers: [] },
      startedAt: new Date().toISOString(),
      command: ['npm run soak --', ...process.argv.slice(3)].join(' '),
      ...describeCommit(root),
      machine: describeMachine(),
      v8Flags: [...startFlags, ...v8Flags],
      postgres: { version: database.version, embedded: database.pid !== undefined },
    };
    try {
      for (const group of groups) {
        signal.throwIfAborted();
        await soakGroup(group, { plan, database, progress, signal }, results);
      }
    } catch (error) {
      // What is sampled is kept, whatever ends the run.
      if (results.servers.length === 0) throw error;
      if (!signal.aborted) progress.say(`The run ends early: ${(error as Error).message}`);
      results.interrupted = true;
    }
    results.interrupted ||= signal.aborted;
    return results;
  } finally {
    await endAll(() => database.stop());
  }
}
