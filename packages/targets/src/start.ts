import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@heptathlon/db/embedded';
import type { Target } from './targets.js';

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A target that was started. */
export interface RunningTarget {
  /** Its base URL. */
  url: string;
  pid: number;
  /** Settles when it has ended, for whatever reason. */
  exited: Promise<Exit>;
  /** What it has printed so far, at most the last 64 KiB. */
  output(): string;
  /** Sends SIGTERM, and SIGKILL where that does not end it within 15 s. */
  stop(): Promise<Exit>;
}

/** How long a server may take to answer its first request, in ms. */
const START_TIMEOUT = 30_000;
const STOP_TIMEOUT = 15_000;
const KEPT_OUTPUT = 64 * 1024;

/**
 * Starts a target on a free port and waits until it answers.
 *
 * @param options.env variables beside ours, for example `WORKERS`
 * @throws {Error} with what it printed, where it ends first or does not answer within 30 s
 */
export async function startTarget(
  target: Target,
  options: { databaseUrl: string; env?: Record<string, string> },
): Promise<RunningTarget> {
  const port = await freePort();
  const [program = '', ...args] = target.command;
  const child = spawn(program, args, {
    // A group of its own: the terminal's Ctrl-C is for whoever started it, who then stops it in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: options.databaseUrl,
      ...options.env,
    },
  });
  const running = watch(child, `http://127.0.0.1:${port}`);
  const deadline = Date.now() + START_TIMEOUT;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    if (await answers(running.url)) return running;
    await sleep(20);
  }
  await running.stop();
  throw new Error(`${target.name} did not start: ${running.output().trim() || 'it said nothing'}`);
}

function watch(child: ChildProcess, url: string): RunningTarget {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT);
    });
  }
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    // Not `exit`: by then the last output may still be under way.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    url,
    pid: child.pid ?? 0,
    exited,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
      const exit = await exited;
      clearTimeout(kill);
      return exit;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/plaintext`, {
      // A connection that stays would have to be waited for when the server stops.
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(1000),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
