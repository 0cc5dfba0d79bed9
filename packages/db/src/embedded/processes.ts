import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Process {
  pid: number;
  parent: number;
  /** One letter: `T` is one that is halted. */
  state: string;
  /** Its command line, or what it has put in place of it. */
  title: string;
}

/** All processes that have not ended; those that nobody has waited for yet have. */
async function listProcesses(): Promise<Process[]> {
  // Small systems have no `ps`.
  const all = process.platform === 'linux' ? readProcesses() : await askProcesses();
  return all.filter(({ state }) => state !== 'Z');
}

/** By /proc: proc_pid_stat(5), in which the name of the program may hold spaces and parentheses, and proc_pid_cmdline(5). */
function readProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const title = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent: Number(parent), state, title }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

async function askProcesses(): Promise<Process[]> {
  const columns = ['pid', 'ppid', 'state', 'args'].flatMap((name) => ['-o', `${name}=`]);
  const { stdout } = await run('ps', ['-A', '-ww', ...columns], { maxBuffer: 64 * 1024 * 1024 });
  return [...stdout.matchAll(/^ *(\d+) +(\d+) +(\S)\S* *(.*)$/gm)].map(
    ([, pid, parent, state = '', title = '']) => ({
      ...{ pid: Number(pid), parent: Number(parent) },
      ...{ state, title },
    }),
  );
}

/** The processes that this one has started, each of which may be in a group of its own. */
export async function childrenOf(pid: number): Promise<number[]> {
  const all = await listProcesses();
  return all.filter(({ parent }) => parent === pid).map(({ pid }) => pid);
}

/** Halts a process (SIGSTOP), and waits until it stands still: one that is in the middle of a fork ends that first. */
export async function halt(pid: number): Promise<void> {
  signal(pid, 'SIGSTOP');
  const runs = (each: Process) => each.pid === pid && each.state.toUpperCase() !== 'T';
  while ((await listProcesses()).some(runs)) await sleep(1);
}

/** The processes of a PostgreSQL with that `cluster_name` that have outlived the one that started them. */
export async function orphansOf(clusterName: string): Promise<number[]> {
  const all = await listProcesses();
  const postmasters = all.filter(({ title }) => title.includes(`cluster_name=${clusterName}`));
  return all
    .filter(({ title }) => title.startsWith(`postgres: ${clusterName}: `))
    .filter(({ parent }) => !postmasters.some(({ pid }) => pid === parent))
    .map(({ pid }) => pid);
}

/** Ends processes at once (SIGKILL), and waits until they are gone. */
export async function end(pids: number[]): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGKILL');
  while (await someAlive(pids)) await sleep(5);
}

async function someAlive(pids: number[]): Promise<boolean> {
  return (await listProcesses()).some(({ pid }) => pids.includes(pid));
}

/** Sends a signal to a process, unless it has ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has.
  }
}
