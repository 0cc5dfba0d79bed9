import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { events } from '../autocannon/events.js';
import { cpuOfLast, runChild } from '../child.js';
import type { Generator, LoadPlan, Measured } from '../generator.js';
import type { Meter } from '../meter.js';
import { coreCount, onCores } from '../pinning.js';
import { type Printed, writeScript } from './script.js';

/** wrk as a generator: the leanest, on systems that have it. undefined where it is not on `PATH`. */
export async function wrkGenerator(): Promise<Generator | undefined> {
  // It prints its version with its help, and then fails.
  const said = await promisify(execFile)('wrk', ['--version']).catch((error) => error);
  const version = /^wrk (?:debian\/)?(\S+)/m.exec(`${said.stdout}${said.stderr}`)?.[1];
  return version ? { name: 'wrk', version, measure } : undefined;
}

async function measure(plan: LoadPlan, meter: Meter): Promise<Measured> {
  const { event, url, connections, duration, cores, signal } = plan;
  const found = events[event];
  if (!found) throw new Error(`there is no event "${event}"`);
  const threads = Math.min(coreCount(cores), connections);
  const folder = await mkdtemp(join(tmpdir(), 'heptathlon-wrk-'));
  try {
    const script = join(folder, 'event.lua');
    await writeFile(script, await writeScript(found, url));
    const from = await meter.read();
    const { code, stdout, stderr, trace } = await runChild(
      onCores(cores, [
        ...['wrk', `-t${threads}`, `-c${connections}`, `-d${Math.ceil(duration)}s`],
        // An answer that takes longer counts as an error.
        ...['--timeout', '1s', '-s', script, url],
      ]),
      { signal },
    );
    const to = await meter.read();
    const line = stdout.split('\n').findLast((line) => line.startsWith('{'));
    if (code !== 0 || !line) throw new Error(`wrk ended with exit code ${code}: ${stderr.trim()}`);
    const printed = JSON.parse(line) as Printed;
    const { requests, errors } = printed;
    const seconds = printed.duration / 1e6;
    const ms = Object.entries(printed.latency).map(([name, us]) => [name, us / 1000]);
    const usage = meter.usage(from, to, {
      requests,
      generator: cpuOfLast(seconds, trace),
      cores: threads,
      seconds,
    });
    return {
      answered: requests,
      load: {
        ...{ requests, seconds, errors, rate: null, dropped: 0 },
        latency: Object.fromEntries(ms),
      },
      usage,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
