import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { countCores, listCpus, parseList } from '@heptathlon/server/cores';
import { readTree } from './sample/tree.js';

const run = promisify(execFile);

/** Which cores a run uses, as `taskset -c` takes them: `0` or `0,1,2`. */
export interface Pinning {
  server: string;
  /** PostgreSQL and the generator. */
  others: string;
  /** There is one physical core, and each has some of its threads: they slow each other down. */
  shared?: true;
}

/** The CPUs that may be used, and which of them are threads of one physical core. */
export interface Topology {
  /** Their numbers. */
  cpus: number[];
  /** By CPU: the threads of its core, itself included; a core has one thread where that is not told. */
  siblings: Record<number, number[]>;
}

/**
 * Shares the cores out: half of them for the server, the rest for PostgreSQL and the generator, so that neither takes time
 * of the other. All threads of a physical core are on one side, wherever there are two cores.
 *
 * @param workers how many processes serve, or `auto`: as many as the server has CPUs
 * @returns null where the server's half is too small for its workers, or there is one CPU
 */
export function shareOut({ cpus, siblings }: Topology, workers: string[]): Pinning | null {
  const cores = [...Map.groupBy(cpus, (cpu) => Math.min(cpu, ...(siblings[cpu] ?? []))).values()];
  const shared = cores.length === 1;
  const parts = shared ? cpus.map((cpu) => [cpu]) : cores;
  const half = Math.ceil(parts.length / 2);
  const server = parts.slice(0, half).flat();
  if (cpus.length < 2 || workers.some((each) => Number(each) > server.length)) return null;
  const list = (some: number[]) => some.toSorted((one, other) => one - other).join();
  return {
    server: list(server),
    others: list(parts.slice(half).flat()),
    ...(shared && { shared }),
  };
}

/**
 * The pinning of this machine.
 *
 * @param say is told in a line where nothing is pinned, and why
 * @returns null where nothing is
 */
export async function planPinning(
  workers: string[],
  say: (line: string) => void,
): Promise<Pinning | null> {
  const topology = readTopology();
  const pinning = shareOut(topology, workers);
  const reason =
    process.platform !== 'linux'
      ? 'this system has no way to'
      : await run('taskset', ['--version']).then(
          () =>
            pinning ? undefined : `${topology.cpus.length} CPUs are too few for workers ${workers}`,
          () => 'taskset is not installed',
        );
  if (reason === undefined) return pinning;
  say(`nothing is pinned: ${reason}`);
  return null;
}

/**
 * The CPUs of this machine that may be used, and their siblings.
 *
 * @param root the folder in which /proc and /sys lie
 */
export function readTopology(root = ''): Topology {
  const cpus = listCpus(root);
  const siblings = cpus.map((cpu) => {
    const folder = `${root}/sys/devices/system/cpu/cpu${cpu}/topology`;
    // The second is the name in kernels before 5.3.
    const list = ['core_cpus_list', 'thread_siblings_list'].flatMap((name) => {
      try {
        return [readFileSync(`${folder}/${name}`, 'utf8').trim()];
      } catch {
        return [];
      }
    });
    return [cpu, parseList(list[0] ?? String(cpu))];
  });
  return { cpus, siblings: Object.fromEntries(siblings) };
}

/** How many cores there are for a program. */
export function coreCount(cores: string | undefined): number {
  return cores === undefined ? countCores() : cores.split(',').length;
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
