import { readFileSync } from 'node:fs';
import { listTargets, type Target } from '@heptathlon/targets';
import { chooseTargets } from '../targets/choose.js';
import { boolean, parseUsage, string, UsageError } from '../usage.js';
import type { SoakPlan, SoakResults } from './result.js';

/** What a soak is told by its command line. */
export interface SoakOptions {
  targets: Target[];
  plan: SoakPlan;
  /** The results file, or undefined for one that is named after the time and the commit. */
  out: string | undefined;
}

/** What `--help` prints. */
export const help = `Does a server leak? Loads all servers at the same time with the mix of all seven events, so that the machine is busy
half of its time, while faults are injected: connections to PostgreSQL cut, its table locked, PostgreSQL itself halted, clients
that vanish, are slow, or send nonsense. Watches heap after garbage collection, resident memory, file descriptors,
PostgreSQL connections and event-loop delay, and says of each whether it is rising, not rising, or that it cannot tell:
by the 95 % interval of its slope and a limit, which is what would run out in a weekend. Every answer is checked. Node and
Deno run without V8's optimising compilers, and with a young generation of 1 MiB, as what these keep hides what a server
keeps. Prints a table of slopes, and writes all samples as JSON and as an HTML report.

usage: npm run soak -- [options]

  --minutes N           how long they are watched (60), after a warm-up that is as long, but 10 minutes at most; in less
                        than 35 it cannot tell of PostgreSQL's connections, in less than 5 of hardly anything
  --targets A,B         servers (all): ${listTargets()
    .map(({ name }) => name)
    .join(', ')}
  --targets-file FILE   more servers (see packages/bench/README.md)
  --one-by-one          one after the other, each for so long and at half of what it can do, or the machine
  --no-faults           nothing goes wrong
  --seed N              decides the order of the faults (1)
  --out FILE            the results file (results/soak-<time>-<commit>.json)
  --judge FILE          soaks nothing: judges the samples of a results file, and writes its report anew
  --help

environment: DATABASE_URL for a PostgreSQL of your own, which is not halted

Exit code 0: nothing rises, every answer is right. 1: something rises, is wrong or was not measured. 2: a mistake in
the command. 3: nothing is known to rise, but of something it cannot be told. 130 or 143: ended by Ctrl-C or SIGTERM;
what was sampled is kept.`;

/**
 * So many samples count, however long it lasts, where that is not more than two a second: to collect all garbage
 * for each is a load of its own.
 */
const SAMPLES = 100;

/** In s, at most. */
const WARM_UP = 600;

/** A results file whose samples are judged again. */
export interface Sampled {
  file: string;
  results: SoakResults;
}

/**
 * Reads the command line.
 *
 * @returns the options, or what was soaked before, or 'help'
 * @throws {UsageError} in one line, where it is wrong
 */
export function readSoakOptions(args: string[]): SoakOptions | Sampled | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  if (values.judge !== undefined) {
    if (args.length > (args[0]?.includes('=') ? 1 : 2)) {
      throw new UsageError('--judge takes no other option: the samples are there.');
    }
    return { file: values.judge, results: readSoak(values.judge) };
  }
  const targets = chooseTargets(values).map((target) => {
    if ('command' in target) return target;
    throw new UsageError(`${target.name} cannot be soaked: only what is started here can.`);
  });
  const watched = readMinutes(values.minutes ?? '60') * 60;
  const warmUp = Math.min(watched, WARM_UP);
  return {
    targets,
    plan: {
      seed: readSeed(values.seed ?? '1'),
      duration: warmUp + watched,
      warmUp,
      interval: Math.max(0.5, watched / SAMPLES),
      faultInterval: values['no-faults'] ? null : Math.min(10, Math.max(2, watched / 60)),
      saturation: Math.min(4, Math.max(1.5, watched / 20)),
      sideBySide: values['one-by-one'] ? 1 : targets.length,
    },
    out: values.out,
  };
}

const parse = (args: string[]) =>
  parseUsage('soak --', {
    args,
    options: {
      minutes: string,
      targets: string,
      'targets-file': string,
      'one-by-one': boolean,
      'no-faults': boolean,
      seed: string,
      out: string,
      judge: string,
      help: { ...boolean, short: 'h' },
    },
  }).values;

/** @throws {UsageError} in one line, where it cannot be read or holds no soak */
function readSoak(file: string): SoakResults {
  let results: Partial<SoakResults> | null;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? error.code : 'it is no JSON';
    throw new UsageError(`${file} cannot be read (${cause}).`);
  }
  if (results?.kind !== 'soak' || results.version !== 1) {
    throw new UsageError(`${file} holds no soak: it was written by something else.`);
  }
  return results as SoakResults;
}

function readMinutes(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= 0.1 && value <= 10_080) return value;
  throw new UsageError(`--minutes must be a number from 0.1 to 10080, not "${text}"`);
}

function readSeed(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 1_000_000) return value;
  throw new UsageError(`--seed must be a whole number from 0 to 1000000, not "${text}"`);
}
