import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';

/** Files of /proc are made when they are read, a page at a time as a rule: most end in this. */
const buffer = Buffer.allocUnsafe(65_536);

/**
 * Reads a file of /proc; undefined where it is not there, may not be read, or its process has ended.
 *
 * Synchronous: such a file is in memory, a thread pool would cost more than the read, and what is read in
 * one go belongs together. With a buffer at hand, and without asking for a size that such a file does not
 * know, this takes two thirds of the CPU time of `readFileSync`.
 */
export function readProc(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${path}`, 'r');
    let text = '';
    for (let length = -1; length !== 0; ) {
      length = readSync(file, buffer, 0, buffer.length, null);
      text += buffer.toString('latin1', 0, length);
    }
    return text;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The files that `readKept` keeps open, by path. */
const kept = new Map<string, number>();

/** A system may allow no more than 1,024 open files. */
const KEPT_AT_MOST = 512;

/** What is longer may not be all of a file: the kernel hands out some of them a page at a time. */
const PAGE = 4000;

/**
 * Reads a file of /proc that is asked for again and again; undefined as with `readProc`. It is kept open: to
 * open and to close it costs more than to read it. A file that was open when its process ended can be read no more,
 * whoever has got the number since.
 */
export function readKept(path: string): string | undefined {
  const file = kept.get(path) ?? keep(path);
  if (file === undefined) return readProc(path);
  try {
    let [text, length] = ['', 0];
    do {
      length = readSync(file, buffer, 0, buffer.length, text.length);
      text += buffer.toString('latin1', 0, length);
    } while (length >= PAGE);
    return text;
  } catch {
    kept.delete(path);
    closeSync(file);
  }
  return readProc(path);
}

function keep(path: string): number | undefined {
  if (kept.size >= KEPT_AT_MOST) return undefined;
  try {
    const file = openSync(`/proc/${path}`, 'r');
    kept.set(path, file);
    return file;
  } catch {
    return undefined;
  }
}

/** Closes the files of processes that have ended. */
export function closeEnded(): void {
  for (const [path, file] of kept) {
    if (existsSync(`/proc/${path}`)) continue;
    kept.delete(path);
    closeSync(file);
  }
}

/** The entries of a folder of /proc whose names are numbers: processes, or a process's threads. */
export function listProc(path: string): number[] {
  try {
    return readdirSync(`/proc/${path}`)
      .map(Number)
      .filter((id) => id > 0);
  } catch {
    return [];
  }
}

/** What proc_pid_stat(5) says of a process that matters here. */
export interface Stat {
  parent: number;
  threads: number;
  /** When it started, in ticks since the machine did: with the pid, it names one process for good. */
  started: number;
  /** CPU time of all its threads, ended ones included, in µs, cut off to ticks of 10 ms. */
  user: number;
  system: number;
  /** The same of its descendants that have ended and were waited for. */
  childUser: number;
  childSystem: number;
}

/** Linux counts for programs in ticks of 1/100 s (USER_HZ), whatever the kernel's own clock. */
const MICROSECONDS_A_TICK = 10_000;

/** Reads proc_pid_stat(5); the fields are counted from after the name, which may hold spaces and parentheses. */
export function parsePidStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return {
    parent: field(4),
    threads: field(20),
    started: field(22),
    user: field(14) * MICROSECONDS_A_TICK,
    system: field(15) * MICROSECONDS_A_TICK,
    childUser: field(16) * MICROSECONDS_A_TICK,
    childSystem: field(17) * MICROSECONDS_A_TICK,
  };
}

/**
 * Reads /proc/PID/schedstat (https://docs.kernel.org/scheduler/sched-stats.html, its last section): how
 * long a thread has run, in ns; returned in whole µs, of which sums are exact. A kernel that does not count
 * says 0.
 */
export function parseSchedstat(text: string): number {
  return Math.floor(Number(text.slice(0, text.indexOf(' '))) / 1000);
}
