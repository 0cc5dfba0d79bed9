import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../dist/reaper-process.js', import.meta.url));

let reaper: Writable | undefined;

/**
 * Sees to it that a process, and its process group, does not outlive this process, not even where this one
 * is killed and can end nothing itself.
 *
 * @param child one that was started with `detached`
 */
export function endWithUs(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  const tell = startReaper();
  tell.write(`${pid}\n`);
  child.once('exit', () => tell.write(`-${pid}\n`));
}

/** Starts, where it does not run yet, the process that ends others. */
function startReaper(): Writable {
  if (reaper?.writable) return reaper;
  const child = spawn(process.execPath, [program], {
    // A group of its own, and nothing of ours kept open: it has to outlive us, for a moment.
    ...{ detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/', env: {} },
  });
  child.on('error', () => {});
  child.unref();
  const stdin = child.stdin as Writable;
  stdin.on('error', () => {});
  if (stdin instanceof Socket) stdin.unref();
  reaper = stdin;
  return stdin;
}
