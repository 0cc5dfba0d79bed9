import { readFileSync } from 'node:fs';
import { cgroupFolders } from '@heptathlon/server/cores';
import { readKept } from './proc.js';

/** Time since the machine started, in ticks: all of it, what nothing used, and what the machine's host gave to others. */
export interface Ticks {
  total: number;
  idle: number;
  stolen: number;
}

/** The time of all cores together, and of each. */
export interface Stolen extends Ticks {
  /** By the core's number. */
  cores: Record<number, Ticks>;
}

/** Reads what the machine's host took away; null where the system does not tell. */
export function readStolen(): Stolen | null {
  const stat = readKept('stat');
  return stat === undefined ? null : parseStat(stat);
}

/** Reads proc_stat(5): a line of all cores together, `cpu`, and one of each. */
export function parseStat(stat: string): Stolen {
  const cores: Stolen['cores'] = {};
  for (const [, core, line = ''] of stat.matchAll(/^cpu(\d+) +(.*)$/gm)) {
    cores[Number(core)] = parseTicks(line);
  }
  const [, all = ''] = /^cpu +(.*)$/m.exec(stat) ?? [];
  return { ...parseTicks(all), cores };
}

/** user, nice, system, idle, iowait, irq, softirq, steal; guest time, which follows, is in the first two. */
function parseTicks(line: string): Ticks {
  const ticks = line.split(' ').slice(0, 8).map(Number);
  const [, , , idle = 0, iowait = 0, , , stolen = 0] = ticks;
  return { total: ticks.reduce((sum, each) => sum + each, 0), idle: idle + iowait, stolen };
}

/**
 * The shares of the time between two readings that was taken away, and that was used by whatever it was, from 0 to 1.
 *
 * @param cores the numbers of those that matter; all where it is not given. Of an idle core nothing is
 *   stolen: the mean of all cores hides what one that works has lost.
 * @returns null where no time has passed, or one of the cores is not told of
 */
export function sharesBetween(
  from: Stolen,
  to: Stolen,
  cores?: number[],
): { stolen: number; busy: number } | null {
  const pairs: [Ticks | undefined, Ticks | undefined][] = cores
    ? cores.map((core) => [from.cores[core], to.cores[core]])
    : [[from, to]];
  const between = { total: 0, idle: 0, stolen: 0 };
  for (const [before, after] of pairs) {
    if (!before || !after) return null;
    between.total += after.total - before.total;
    between.idle += after.idle - before.idle;
    between.stolen += after.stolen - before.stolen;
  }
  const { total, idle, stolen } = between;
  return total > 0 ? { stolen: stolen / total, busy: (total - idle - stolen) / total } : null;
}

/**
 * How long this process's control group, or one above it, was kept from running by a limit, in ms since it
 * was made: time of each core, added up. 0 where there are no groups, as nothing is limited there.
 */
export function readThrottled(): number {
  files ??= cgroupFolders(read('/proc/self/cgroup') ?? '')
    .map((folder) => `/sys/fs/cgroup${folder}/cpu.stat`)
    .filter((file) => throttledBy(file) !== undefined);
  // A group waits for the one above it too, so that these are not added up.
  return Math.max(0, ...files.map((file) => throttledBy(file) ?? 0));
}

/** Those that tell of throttling: which these are does not change while a process runs. */
let files: string[] | undefined;

const throttledBy = (file: string) => parseCpuStat(read(file) ?? '');

/**
 * Reads cpu.stat, as ms: `throttled_usec` of version 2 (https://docs.kernel.org/admin-guide/cgroup-v2.html),
 * `throttled_time` of version 1, in ns (https://docs.kernel.org/scheduler/sched-bwc.html).
 */
export function parseCpuStat(text: string): number | undefined {
  const [, two] = /^throttled_usec (\d+)$/m.exec(text) ?? [];
  if (two !== undefined) return Number(two) / 1000;
  const [, one] = /^throttled_time (\d+)$/m.exec(text) ?? [];
  return one === undefined ? undefined : Number(one) / 1e6;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
