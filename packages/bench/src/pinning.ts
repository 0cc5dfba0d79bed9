import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { readTree } from './sample/tree.js';

const run = promisify(execFile);

/** Which cores a run uses, as `taskset -c` takes them: `0` or `0,1,2`. */
export interface Pinning {
  server: string;
  /** PostgreSQL and the generator. */
  others: string;
}

/**
 * Shares the cores out: half of them for the server, the rest for PostgreSQL and the generator, so that
 * neither takes time of the other.
 *
 * @param allowed the cores that there are
 * @param workers how many processes serve, or `auto`: as many as the server has cores
 * @returns null where the server's half is too small for its workers, or there is one core
 */
export function shareOut(allowed: number[], workers: string[]): Pinning | null {
  const half = Math.ceil(allowed.length / 2);
  if (allowed.length < 2 || workers.some((each) => Number(each) > half)) return null;
  return { server: allowed.slice(0, half).join(), others: allowed.slice(half).join() };
}

/** The pinning of this machine, or null where it cannot pin (no `taskset`, as on macOS). */
export async function planPinning(workers: string[]): Promise<Pinning | null> {
  try {
    await run('taskset', ['--version']);
    return shareOut(allowedCores(readFileSync('/proc/self/status', 'utf8')), workers);
  } catch {
    return null;
  }
}

/** How many cores there are for a program. */
export function coreCount(cores: string | undefined): number {
  return cores === undefined ? availableParallelism() : cores.split(',').length;
}

/** A command as it has to be run to keep to these cores. */
export function onCores(cores: string | undefined, command: string[]): string[] {
  return cores === undefined ? command : ['taskset', '-c', cores, ...command];
}

/** Moves a process and its descendants to these cores; those that it starts later follow. */
export async function moveTree(root: number, cores: string): Promise<void> {
  for (const pid of await readTree(root)) {
    // One that has ended meanwhile needs no cores.
    await run('taskset', ['-a', '-c', '-p', cores, String(pid)]).catch(() => {});
  }
}

/** Reads the cores out of /proc/PID/status, where they stand as `0-3,8`. */
export function allowedCores(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
