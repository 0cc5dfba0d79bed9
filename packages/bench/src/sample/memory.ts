import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { readTree } from './tree.js';

const run = promisify(execFile);

/** Memory of a process tree, in bytes. */
export interface Memory {
  /** Resident: pages that processes share count in each. */
  rss: number;
  /** Proportional: a page counts once, shared out among those that share it. null where it is not told. */
  pss: number | null;
}

/** Reads the memory of a process tree; 0 where it is gone. */
export async function readMemory(root: number): Promise<Memory> {
  const pids = await readTree(root);
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', pids.join()]).catch(() => ({
      stdout: '',
    }));
    const kilobytes = stdout.split('\n').reduce((sum, line) => sum + Number(line), 0);
    return { rss: kilobytes * 1024, pss: null };
  }
  return pids.map(readRollup).reduce(
    (sum, { rss, pss }) => ({
      rss: sum.rss + rss,
      pss: sum.pss === null || pss === null ? null : sum.pss + pss,
    }),
    { rss: 0, pss: 0 } as Memory,
  );
}

/** proc_pid_smaps_rollup(5): all mappings added up, in kilobytes. */
function readRollup(pid: number): Memory {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    const bytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
    return { rss: bytes('Rss'), pss: bytes('Pss') };
  } catch {
    return readStatus(pid);
  }
}

/** For kernels without smaps_rollup, and processes of another user. */
function readStatus(pid: number): Memory {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'latin1');
    return { rss: Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024, pss: null };
  } catch {
    // It has ended meanwhile.
    return { rss: 0, pss: 0 };
  }
}
