import { readFileSync } from 'node:fs';

/** Time of all cores since the machine started, in ticks: all of it, and what its host gave to others. */
export interface Stolen {
  total: number;
  stolen: number;
}

/** Reads what the machine's host took away; 0 where the system does not tell. */
export function readStolen(): Stolen {
  return parseStat(read('/proc/stat') ?? '');
}

/** The share of the time between two readings that was taken away, from 0 to 1. */
export function shareStolen(from: Stolen, to: Stolen): number {
  return (to.stolen - from.stolen) / (to.total - from.total || 1);
}

/** Reads proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; guest time is in the first two. */
export function parseStat(stat: string): Stolen {
  const [, line = ''] = /^cpu +(.*)$/m.exec(stat) ?? [];
  const ticks = line.split(' ').slice(0, 8).map(Number);
  return { total: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 };
}

/** How long this process's control group was kept from running, in ms since it was made; 0 without one. */
export function readThrottled(): number {
  return (
    cgroupFolders(read('/proc/self/cgroup') ?? '')
      .map((folder) => read(`/sys/fs/cgroup/${folder}/cpu.stat`))
      .map((text) => (text === undefined ? undefined : parseCpuStat(text)))
      .find((ms) => ms !== undefined) ?? 0
  );
}

/** The folders of /sys/fs/cgroup that can hold the group's cpu.stat: version 2 first, then 1; in a container its own. */
export function cgroupFolders(cgroup: string): string[] {
  const [, two] = /^0::(.*)$/m.exec(cgroup) ?? [];
  const [, one] = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m.exec(cgroup) ?? [];
  return [two, one === undefined ? undefined : `cpu${one}`, '', 'cpu'].filter(
    (folder) => folder !== undefined,
  );
}

/** Reads cpu.stat: `throttled_usec` (version 2, µs) or `throttled_time` (1, ns), as ms. */
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
