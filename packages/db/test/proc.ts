import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { test } from 'vitest';

/** Which processes there are, and where, is asked of Linux. */
export const linux = test.runIf(existsSync('/proc'));

/** The processes that work in a folder, or in one of its own. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      } catch {
        // It has ended.
        return false;
      }
    });
}
