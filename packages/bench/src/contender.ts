import {
  attachTarget,
  type RunningTarget,
  startTarget,
  type Target,
  type UrlTarget,
} from '@heptathlon/targets';
import type { RunDatabase } from './database.js';
import type { Generators } from './generators.js';
import { onCores, type Pinning } from './pinning.js';
import { contenderOf, type Plan } from './plan.js';
import type { Probe } from './probe/probe.js';
import type { Progress } from './progress.js';
import type { Calibration } from './result.js';

/** What contenders are measured with. */
export interface Setting {
  plan: Plan;
  targets: (Target | UrlTarget)[];
  /** Which cores are whose; null: any. */
  pinning: Pinning | null;
  generators: Generators;
  database: RunDatabase;
  /** What is found out on the way. */
  calibration: Calibration;
  progress: Progress;
  signal: AbortSignal;
}

/** What it takes to start one. */
interface Place extends Pick<Setting, 'plan' | 'targets' | 'pinning' | 'signal'> {
  database: { url: string };
  /** Looks into it. */
  probe?: Probe | undefined;
}

/** The target of a contender. */
export function targetOf(
  name: string,
  { plan, targets }: Pick<Setting, 'plan' | 'targets'>,
): Target | UrlTarget {
  const { target } = contenderOf(plan, name);
  const found = targets.find((each) => each.name === target);
  if (!found) throw new RangeError(`there is no target "${target}"`);
  return found;
}

/**
 * Starts a contender's server, on its cores and with its setting; one that runs elsewhere is taken as it is.
 *
 * @throws {Error} with what it printed, where it does not answer
 */
export function openContender(name: string, place: Place): Promise<RunningTarget> {
  const target = targetOf(name, place);
  const { pinning, database, signal } = place;
  if ('url' in target) return attachTarget(target, signal);
  const { workers, poolSize } = contenderOf(place.plan, name);
  const command = onCores(pinning?.server, target.command);
  const own = {
    LOG_LEVEL: 'warn',
    POOL_SIZE: String(poolSize),
    WORKERS: workers,
    // On a machine that is slow, 500 rows take their time: no fault of the server.
    QUERY_TIMEOUT: '10000',
  };
  const env = { ...own, ...place.probe?.env };
  return startTarget({ ...target, command }, { databaseUrl: database.url, env, signal });
}

/** How a server ended, and the line of its output that says why. */
export async function explainDeath({ exited, output }: RunningTarget): Promise<string> {
  const { code, signal } = await exited;
  const said = telling(output());
  return `the server died (${signal ?? `exit code ${code}`})${said ? `: ${said}` : ''}`;
}

/** The line that tells what happened, of all that a program printed. */
export function telling(output: string): string {
  const lines = output
    .split('\n')
    // What Node prints around the message of an error that nobody caught.
    .filter((line) => !/^\s*(at .*|\^*|[{}]|Node\.js v\S+)$/.test(line));
  return (lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '').trim();
}
