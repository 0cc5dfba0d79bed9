import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '@heptathlon/db/embedded';
import { untilReady } from './ready.js';
import { endWithUs } from './reaper.js';
import type { Exit, StartedTarget } from './running.js';
import type { Target } from './targets.js';

/** How long a server may take to answer its first request, in ms, where its target does not say: it ends what hangs, on any machine. */
const START_TIMEOUT = 120_000;
const STOP_TIMEOUT = 15_000;
const KEPT_OUTPUT = 64 * 1024;

/** What Node has compiled, for the next start: a sixth of the time is saved. docs/performance.md has the figures. */
const compileCache = fileURLToPath(
  new URL('../../../node_modules/.cache/node-compile-cache', import.meta.url),
);

/**
 * Starts a target on a free port and waits until it answers.
 *
 * @param options.env variables beside ours, for example `WORKERS`; they go before the target's own, which go before
 *   NODE_ENV=production, but NODE_OPTIONS add up
 * @param options.signal ends the wait, and what was started
 * @throws {Error} with what it printed, where it ends first or does not answer in time
 */
export async function startTarget(
  target: Target,
  options: { databaseUrl: string; env?: Record<string, string>; signal?: AbortSignal },
): Promise<StartedTarget> {
  const port = await freePort();
  const [program = '', ...args] = target.command;
  const startedAt = performance.now();
  const child = spawn(program, args, {
    // A group of its own: the terminal's Ctrl-C is for whoever started it, who then stops it in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: target.cwd,
    env: {
      NODE_COMPILE_CACHE: compileCache,
      ...process.env,
      // What is measured is what is run in earnest, whatever the environment of a test or of a user says.
      NODE_ENV: 'production',
      ...target.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: options.databaseUrl,
      ...options.env,
      ...nodeOptions(process.env, target.env, options.env),
    },
  });
  endWithUs(child);
  const { ready } = target;
  const running = watch(child, `http://127.0.0.1:${port}`);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const url = `${running.url}${ready?.path ?? '/plaintext'}`;
  const isGone = () => hasEnded() || options.signal?.aborted === true;
  if (await untilReady(url, ready?.timeout ?? START_TIMEOUT, isGone)) {
    return { ...running, readyAfter: performance.now() - startedAt };
  }
  const reason = hasEnded() ? 'did not start' : `did not answer at ${url} in time`;
  await running.stop();
  options.signal?.throwIfAborted();
  throw new Error(`${target.name} ${reason}: ${running.output().trim() || 'it said nothing'}`);
}

/** Node's own variable for arguments, of all that set it. */
function nodeOptions(...environments: (NodeJS.ProcessEnv | undefined)[]) {
  const options = environments.flatMap((env) => env?.NODE_OPTIONS || []);
  return options.length > 0 ? { NODE_OPTIONS: options.join(' ') } : {};
}

function watch(child: ChildProcess, url: string): Omit<StartedTarget, 'readyAfter'> {
  let output = '';
  const keep = (text: string) => {
    output = (output + text).slice(-KEPT_OUTPUT);
  };
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', keep);
  // There is no such program, or it may not be run.
  child.once('error', ({ message }) => keep(message));
  const exited = new Promise<Exit>((resolve) => {
    // Not `exit`: by then the last output may still be under way.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid) process.kill(-child.pid, signal);
    } catch {
      // Nobody is left.
    }
  };
  return {
    url,
    pid: child.pid ?? 0,
    exited,
    output: () => output,
    async stop() {
      // It ends its own workers; what one leaves behind that does not, such as a shell, is ended here.
      const endOthers = () => signalGroup('SIGTERM');
      if (child.exitCode !== null || child.signalCode !== null) endOthers();
      else child.once('exit', endOthers).kill('SIGTERM');
      const kill = setTimeout(() => signalGroup('SIGKILL'), STOP_TIMEOUT);
      const exit = await exited;
      clearTimeout(kill);
      return exit;
    },
  };
}
