import { readdirSync } from 'node:fs';
import { readTree } from './tree.js';

/** How many files and sockets a process tree has open; null where that is not told, or it is gone. */
export async function readDescriptors(root: number): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const counts = (await readTree(root)).map(countOf);
  return counts.reduce((sum, count) => sum + count, 0) || null;
}

/** proc_pid_fd(5) */
function countOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
