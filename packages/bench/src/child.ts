import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { sampleTree } from './sample.js';

/** How a program ended, what it printed, and the CPU time that it took, in µs. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
  cpu: number;
}

/** How often CPU time is looked at; what is used after the last look is not seen. */
const SAMPLE_INTERVAL = 100;

/**
 * Runs a program to its end, or until the signal ends it.
 *
 * @param command the program and its arguments
 * @throws {Error} where it cannot be started, or the signal ended it
 */
export async function runChild(
  [program = '', ...args]: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; signal: AbortSignal },
): Promise<Finished> {
  options.signal.throwIfAborted();
  const child = spawn(program, args, {
    // A group of its own: the terminal's Ctrl-C reaches us, and we end it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd && { cwd: options.cwd }),
  });
  const kill = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  };
  options.signal.addEventListener('abort', kill);
  let cpu = 0;
  const sampler = setInterval(async () => {
    if (child.pid) cpu = Math.max(cpu, (await sampleTree(child.pid)).cpu);
  }, SAMPLE_INTERVAL);
  try {
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    options.signal.throwIfAborted();
    return { code, stdout, stderr, cpu };
  } finally {
    clearInterval(sampler);
    options.signal.removeEventListener('abort', kill);
  }
}
