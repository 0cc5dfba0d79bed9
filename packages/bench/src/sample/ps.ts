import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A line of ps(1), for systems without /proc. */
export interface PsProcess {
  pid: number;
  parent: number;
  /** µs, user and system together */
  cpu: number;
  /** bytes */
  rss: number;
}

/** The processes of the tree under `root`, itself first; none where it is gone. */
export async function readPsTree(root: number): Promise<PsProcess[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,rss=,time=']);
  const processes = parsePs(stdout);
  const tree = processes.filter(({ pid }) => pid === root);
  // The list grows while it is walked: children, then theirs.
  for (const { pid } of tree) tree.push(...processes.filter(({ parent }) => parent === pid));
  return tree;
}

/** Reads the table of `ps -o pid=,ppid=,rss=,time=`: kilobytes, and `[[dd-]hh:]mm:ss[.ss]`. */
export function parsePs(table: string): PsProcess[] {
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
