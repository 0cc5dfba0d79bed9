import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `ps` says of all processes that have not ended; those that nobody has waited for yet have. */
async function listProcesses(): Promise<{ pid: number; parent: number }[]> {
  const columns = ['pid', 'ppid', 'state'].flatMap((name) => ['-o', `${name}=`]);
  const { stdout } = await run('ps', ['-A', ...columns]);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => state && !state.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

/** The processes that this one has started, each of which may be in a group of its own. */
export async function childrenOf(pid: number): Promise<number[]> {
  const all = await listProcesses();
  return all.filter(({ parent }) => parent === pid).map(({ pid }) => pid);
}

/** Whether one of them has not ended. */
export async function someAlive(pids: number[]): Promise<boolean> {
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
