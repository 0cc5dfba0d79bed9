import { readdirSync, readFileSync } from 'node:fs';

/** The processes that have a folder in their environment, as MARK: all that a run has started. */
export function startedBy(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`MARK=${mark}`);
      } catch {
        return false;
      }
    });
}
