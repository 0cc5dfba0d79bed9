import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { endWithUs } from '@heptathlon/targets';
import { minus } from './meter.js';
import type { Cpu } from './result.js';
import { readUsage } from './sample/tree.js';

/** How a program ended, what it printed, and what it had used on the way. */
export interface Finished {
  code: number | null;
  /** What ended it, where something did. */
  killedBy: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** CPU time, in µs, by `process.hrtime` in ms; what is used after the last look is not seen. */
  trace: (Cpu & { at: number })[];
}

/** How often CPU time is looked at, in ms. */
const SAMPLE_INTERVAL = 100;

/**
 * Runs a program to its end, or until the signal ends it.
 *
 * @param command the program and its arguments
 * @throws {Error} where it cannot be started, or the signal ended it
 */
export async function runChild(
  [program = '', ...args]: string[],
  options: {
    env?: NodeJS.ProcessEnv;
    cwd?: string;
    /** Is told what it prints to stderr, while it runs. */
    onStderr?: (text: string) => void;
    signal: AbortSignal;
  },
): Promise<Finished> {
  options.signal.throwIfAborted();
  const child = spawn(program, args, {
    // A group of its own: the terminal's Ctrl-C reaches us, and we end it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd && { cwd: options.cwd }),
  });
  endWithUs(child);
  const kill = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  };
  options.signal.addEventListener('abort', kill);
  if (options.onStderr) child.stderr.setEncoding('utf8').on('data', options.onStderr);
  const trace: Finished['trace'] = [
    { user: 0, system: 0, at: Number(process.hrtime.bigint()) / 1e6 },
  ];
  const sampler = setInterval(async () => {
    if (!child.pid || child.exitCode !== null) return;
    const { user, system, now } = await readUsage(child.pid);
    // A process that has ended meanwhile has used nothing.
    if (user + system > 0) trace.push({ user, system, at: now });
  }, SAMPLE_INTERVAL);
  try {
    const [[code, killedBy], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    options.signal.throwIfAborted();
    return { code, killedBy, stdout, stderr, trace };
  } finally {
    clearInterval(sampler);
    options.signal.removeEventListener('abort', kill);
  }
}

/**
 * The CPU time of a program's last seconds: its start-up is not part of the load that it makes.
 *
 * @param seconds how long the load lasted that it ended with
 * @throws {RangeError} where it is not known
 */
export function cpuOfLast(seconds: number, trace: Finished['trace']): Cpu {
  const last = trace.at(-1)?.at ?? 0;
  return cpuBetween(trace, last - seconds * 1000, last);
}

/**
 * The CPU time that a program used between two points in time, in ms of `process.hrtime`.
 *
 * @throws {RangeError} where it is not known
 */
export function cpuBetween(trace: Finished['trace'], from: number, to: number): Cpu {
  return minus(at(trace, to), at(trace, from));
}

/** Between two looks it has used as much as evenly. */
function at(trace: Finished['trace'], time: number): Cpu {
  const index = trace.findIndex((look) => look.at >= time);
  const [before, after] = [trace[index - 1], trace[index]];
  if (after?.at === time) return after;
  // One that was looked at only once has ended before it could be looked at.
  if (!before || !after || trace.length < 2) {
    throw new RangeError('the CPU time of the generator is not known for all of the load');
  }
  const share = (time - before.at) / (after.at - before.at);
  return {
    user: before.user + (after.user - before.user) * share,
    system: before.system + (after.system - before.system) * share,
  };
}
