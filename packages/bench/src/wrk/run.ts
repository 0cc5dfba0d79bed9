import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { events } from '../autocannon/events.js';
import { cpuBetween, runChild } from '../child.js';
import { Failures } from '../failures.js';
import {
  type Generator,
  GeneratorDied,
  type LoadPlan,
  type Measured,
  NotCounted,
} from '../generator.js';
import type { Meter } from '../meter.js';
import { coreCount, onCores } from '../pinning.js';
import type { Load } from '../result.js';
import { type Printed, type ThreadTicks, TICK, writeScript } from './script.js';

/**
 * What is not measured of a load, in ms: it starts and opens its connections, which cost the server as much as
 * hundreds of requests, and it closes them. Its CPU time is looked at every 100 ms, and has to be known at the end.
 */
const MARGIN = { before: 100, after: 150 };

/** An answer that takes longer counts as an error, in s. */
const PATIENCE = 10;

/** wrk as a generator: the leanest, on systems that have it. undefined where it is not on `PATH`. */
export async function wrkGenerator(): Promise<Generator | undefined> {
  // It prints its version with its help, and then fails.
  const said = await promisify(execFile)('wrk', ['--version']).catch((error) => error);
  const version = /^wrk (?:debian\/)?(\S+)/m.exec(`${said.stdout}${said.stderr}`)?.[1];
  return version ? { name: 'wrk', version, measure } : undefined;
}

async function measure(plan: LoadPlan, meter: Meter): Promise<Measured> {
  const { event, url, connections, duration, cores, signal } = plan;
  const found = events[event];
  if (!found) throw new Error(`there is no event "${event}"`);
  const threads = Math.min(coreCount(cores), connections);
  const folder = await mkdtemp(join(tmpdir(), 'heptathlon-wrk-'));
  try {
    const script = join(folder, 'event.lua');
    await writeFile(script, await writeScript(found, url));
    const seconds = Math.ceil(duration);
    const command = onCores(cores, [
      ...['wrk', `-t${threads}`, `-c${connections}`, `-d${seconds}s`],
      ...['--timeout', `${PATIENCE}s`, '-s', script, url],
    ]);
    const [{ code, killedBy, stdout, stderr, trace }, { from, to }] = await Promise.all([
      runChild(command, { signal }),
      readBeside(meter, seconds * 1000, signal),
    ]);
    if (killedBy) throw new GeneratorDied('wrk', killedBy);
    const line = stdout.split('\n').findLast((line) => line.startsWith('{'));
    if (code !== 0 || !line) throw new Error(`wrk ended with exit code ${code}: ${stderr.trim()}`);
    const printed = JSON.parse(line) as Printed;
    const failures = failuresOf(printed);
    const known = <T>(read: () => T): T => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new NotCounted(error.message, { answered: printed.requests, ...failures });
      }
    };
    const count = (at: number) =>
      printed.threads.reduce((sum, thread) => sum + answeredBy(at, thread), 0);
    const requests = known(() => Math.round(count(to.at) - count(from.at)));
    const ms = Object.entries(printed.latency).map(([name, us]) => [name, us / 1000]);
    const usage = meter.usage(from, to, {
      requests,
      generator: known(() => cpuBetween(trace, from.at, to.at)),
      cores: threads,
    });
    return {
      answered: printed.requests,
      load: {
        ...{ requests, seconds: usage.seconds, ...failures, rate: null, dropped: 0 },
        latency: Object.fromEntries(ms),
      },
      usage,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads the meter when a load of so many ms has begun, and before it ends. */
async function readBeside(meter: Meter, milliseconds: number, signal: AbortSignal) {
  await sleep(MARGIN.before, undefined, { signal });
  const from = await meter.read();
  await sleep(milliseconds - MARGIN.before - MARGIN.after, undefined, { signal });
  return { from, to: await meter.read() };
}

/**
 * How many answers a thread had at a point in time: between two ticks all is even.
 *
 * @param at `process.hrtime`, in ms
 * @throws {RangeError} where that is before its first request, or after its end
 */
export function answeredBy(at: number, { ticks, end }: ThreadTicks): number {
  const points = [...ticks.map((tick, index): ThreadTicks['end'] => [tick, index * TICK]), end];
  const index = points.findIndex(([tick]) => tick >= at);
  const [before, after] = [points[index - 1], points[index]];
  if (after?.[0] === at) return after[1];
  if (!before || !after) throw new RangeError('a thread of wrk did not load at that time');
  return before[1] + ((after[1] - before[1]) * (at - before[0])) / (after[0] - before[0]);
}

/** What wrk counts as errors; what it calls a timeout is an answer that came, later than that. */
function failuresOf({ failures, status }: Printed): Pick<Load, 'errors' | 'seen'> {
  const found = new Failures(PATIENCE);
  const what = status === 200 ? 'status 200, but another body' : `status ${status}`;
  found.add('wrong', what, failures.wrong);
  found.add('late', undefined, failures.timeout);
  found.add('reset', 'while it was opened', failures.connect);
  found.add('closed', undefined, failures.read + failures.write);
  return { errors: found.count, ...(found.count > 0 && { seen: found.seen }) };
}
