import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * How many processes can run at a time here: as many as there are CPUs that this one may use, and no more than the
 * whole ones that the limits of its control groups come to; at least one.
 *
 * Not by `availableParallelism` where the kernel's files can be read. Runtimes differ in it: Node 26 takes the weight of a
 * group for a part of its limit, and misses version 1 of control groups. Deno lets no program read these files without
 * all permissions; its own count is this one.
 *
 * @param root the folder in which /proc and /sys lie
 */
export function countCores(root = ''): number {
  const cpus = listCpus(root);
  if (cpus.length === 0) return availableParallelism();
  return Math.max(1, Math.floor(Math.min(cpus.length, readQuota(root))));
}

/** The numbers of the CPUs that this process may use; none where the kernel does not tell. */
export function listCpus(root = ''): number[] {
  const status = read(`${root}/proc/self/status`) ?? '';
  const allowed = parseList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '');
  const online = read(`${root}/sys/devices/system/cpu/online`);
  // A process that nobody has bound is allowed CPUs that are not there, too.
  const there = online === undefined ? allowed : parseList(online.trim());
  return allowed.filter((cpu) => there.includes(cpu));
}

/** Reads a list of the kernel's, such as `0-3,8`. */
export function parseList(list: string): number[] {
  if (list === '') return [];
  return list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

/** How many CPUs' time the control groups of this process let it have; Infinity where they set no limit. */
export function readQuota(root = ''): number {
  const folders = cgroupFolders(read(`${root}/proc/self/cgroup`) ?? '');
  return Math.min(...folders.map((folder) => quotaOf(`${root}/sys/fs/cgroup${folder}`)));
}

/**
 * A limit is so many µs in each period of so many: in `cpu.max` of version 2, where none is "max"
 * (https://docs.kernel.org/admin-guide/cgroup-v2.html), or in two files of version 1, where none is -1
 * (https://docs.kernel.org/scheduler/sched-bwc.html).
 */
function quotaOf(folder: string): number {
  const two = read(`${folder}/cpu.max`)?.trim().split(' ');
  const one = ['quota', 'period'].map((name) => read(`${folder}/cpu.cfs_${name}_us`)?.trim());
  const [quota, period] = (two ?? one).map(Number);
  return quota && period && quota > 0 ? quota / period : Number.POSITIVE_INFINITY;
}

/**
 * The folders of /sys/fs/cgroup that can limit a process, by its cgroups(7): its own and those above, of version 2 and of
 * version 1. A container may find its own where it expects the top.
 */
export function cgroupFolders(cgroup: string): string[] {
  const [, two = '/'] = /^0::(\/.*)$/m.exec(cgroup) ?? [];
  const [, one = '/'] = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(\/.*)$/m.exec(cgroup) ?? [];
  return [...upwards(two), ...upwards(one).map((folder) => `/cpu${folder}`)];
}

/** `/a/b`, `/a`, and the top. */
function upwards(folder: string): string[] {
  const names = folder.split('/').filter(Boolean);
  return [...names.keys(), names.length]
    .map((depth) => names.slice(0, depth))
    .map((path) => path.map((name) => `/${name}`).join(''))
    .reverse();
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
