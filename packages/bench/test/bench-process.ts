import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test as base } from 'vitest';
import type { Results } from '../src/result.js';
import { readTree } from '../src/sample/tree.js';

const program = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** With a folder of its own for each test. */
export const test = base.extend<{ folder: string; out: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: what is used is told by the pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  out: ({ folder }, use) => use(join(folder, 'results.json')),
});

/** Starts `npm run bench` as a process of its own. */
export function bench(args: string[], env: Record<string, string> = {}, through: string[] = []) {
  const [file = '', ...rest] = [...through, process.execPath, program, ...args];
  const child = spawn(file, rest, {
    env: { ...process.env, DATABASE_URL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const ended = Promise.all([once(child, 'close'), text(child.stdout)]).then(
    ([[code], stdout]) => ({ code: code as number | null, stdout, stderr: said }),
  );
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    child,
    ended,
    said: () => said,
    /** Waits until it has printed something to stderr. */
    async untilSaid(part: string): Promise<void> {
      while (!said.includes(part)) {
        if (hasEnded()) throw new Error(`it has ended, and said: ${said}`);
        await sleep(10);
      }
    },
    /** Waits for a process below it, other than some, whose command line is of a kind; its id. */
    async untilRuns(command: RegExp, ...others: number[]): Promise<number> {
      for (;;) {
        const found = (await readTree(child.pid ?? 0)).find(
          (pid) => !others.includes(pid) && command.test(commandOf(pid)),
        );
        if (found !== undefined) return found;
        if (hasEnded()) throw new Error(`it has ended, and said: ${said}`);
        await sleep(10);
      }
    },
  };
}

export const readResults = (file: string): Results => JSON.parse(readFileSync(file, 'utf8'));

/** Waits until none of some processes is there any more; the ids of those that stay. */
export async function leftOf(pids: number[], milliseconds = 100_000): Promise<number[]> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const left = pids.filter(isThere);
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(20);
  }
}

function isThere(pid: number): boolean {
  try {
    // What has ended, and was not waited for yet, is gone all the same.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
