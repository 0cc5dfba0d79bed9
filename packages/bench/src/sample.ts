import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a process and all its descendants have used so far. */
export interface Usage {
  /** CPU time, user and system, in µs. */
  cpu: number;
  /** Resident memory, in bytes; pages that processes share count in each. */
  rss: number;
}

interface Process extends Usage {
  pid: number;
  parent: number;
}

/**
 * Adds up what a process tree has used. CPU time of descendants that have ended and been waited for
 * counts where the system tells it (Linux).
 *
 * @param root the process id at the top of the tree; 0 usage where it is gone
 */
export async function sampleTree(root: number): Promise<Usage> {
  const usage = { cpu: 0, rss: 0 };
  for (const { cpu, rss } of await readTree(root)) {
    usage.cpu += cpu;
    usage.rss += rss;
  }
  return usage;
}

/** The process ids of a process tree. */
export async function listTree(root: number): Promise<number[]> {
  return (await readTree(root)).map(({ pid }) => pid);
}

async function readTree(root: number): Promise<Process[]> {
  const processes = process.platform === 'linux' ? await readProc() : await readPs();
  const tree = new Set([root]);
  // Children may be listed before their parents: repeated until nothing is added.
  for (let size = 0; size < tree.size; ) {
    size = tree.size;
    for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid);
  }
  return processes.filter(({ pid }) => tree.has(pid));
}

/** Linux counts CPU time in ticks of 1/100 s for programs (USER_HZ), whatever the kernel's own clock. */
const MICROSECONDS_A_TICK = 10_000;
const PAGE_BYTES = 4096;

/** proc_pid_stat(5): the fields after the name in parentheses; cutime and cstime are those of ended children. */
async function readProc(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const processes = await Promise.all(
    pids.map(async (pid): Promise<Process | undefined> => {
      try {
        const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const field = (number: number) => Number(fields[number - 3]);
        return {
          pid: Number(pid),
          parent: field(4),
          cpu: (field(14) + field(15) + field(16) + field(17)) * MICROSECONDS_A_TICK,
          rss: field(24) * PAGE_BYTES,
        };
      } catch {
        // It has ended meanwhile.
        return undefined;
      }
    }),
  );
  return processes.filter((process) => process !== undefined);
}

async function readPs(): Promise<Process[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,rss=,time=']);
  return parsePs(stdout);
}

/** Reads the table of `ps -o pid=,ppid=,rss=,time=`: kilobytes, and `[[dd-]hh:]mm:ss[.ss]`. */
export function parsePs(table: string): Process[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, kilobytes, time = ''] = line.trim().split(/\s+/);
      const [clock = '', days = '0'] = time.split('-').reverse();
      const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
      return {
        pid: Number(pid),
        parent: Number(parent),
        rss: Number(kilobytes) * 1024,
        cpu: Math.round((Number(days) * 86_400 + seconds) * 1e6),
      };
    });
}
