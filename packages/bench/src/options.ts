import { parseArgs } from 'node:util';
import { operations } from '@heptathlon/contract';
import { findTarget, listTargets, type Target } from '@heptathlon/targets';
import { listPresets, readPreset } from './presets.js';

const generators = ['k6', 'autocannon'] as const;

/** What a run is told by its command line. */
export interface Options {
  targets: Target[];
  /** operationIds */
  events: string[];
  rounds: number;
  /** Whether the first target runs twice in each round. */
  control: boolean;
  /** Seconds measured for each cell. */
  duration: number;
  poolSize: number;
  /** A number, or `auto`. */
  workers: string;
  /** Decides the order of the rounds, and the resampling. */
  seed: number;
  /** Only says what would be done. */
  dryRun: boolean;
  /** The results file of a run that was interrupted, to be completed by its own plan. */
  resume: string | undefined;
  connections: number;
  generator: (typeof generators)[number];
  /** The results file, or undefined for one that is named after the time and the commit. */
  out: string | undefined;
}

/** The command line is wrong; the message says what is right. */
export class UsageError extends Error {
  override name = 'UsageError';
}

const eventNames: string[] = operations.map(({ operationId }) => operationId);

/** What `--help` prints. */
export const help = `Starts each server on a real PostgreSQL, proves it with the conformance suite, loads each event, and
compares what it cost, in several rounds. Prints a table with intervals, and writes the results as JSON
and as an HTML report.

usage: npm run bench -- [options]
       npm run bench -- merge FILE...   puts the results of several k6 together (merge --help)

  --preset NAME         ${listPresets().join(' or ')}: a file of packages/bench/presets (quick)
  --targets A,B         servers (${listTargets()
    .map(({ name }) => name)
    .join(', ')})
  --events A,B          events (${eventNames.join(', ')})
  --rounds N            each starts every server afresh, in another order (${readPreset('quick').rounds})
  --duration SECONDS    measured for each server, event and round (${readPreset('quick').duration})
  --connections N       connections, which is k6's virtual users (64)
  --workers N           processes that serve, or "auto" for one a core (1)
  --pool-size N         connections to the database, for each worker (1)
  --generator NAME      autocannon or k6, which takes twice the CPU time and more (autocannon)
  --no-control          don't run the first server twice, against itself
  --seed N              decides the order; the same seed gives the same (1)
  --out FILE            the results file (results/<time>-<commit>.json)
  --resume FILE         completes an interrupted run, by its own plan
  --dry-run             says what would be done, and how long it takes
  --help

environment: DATABASE_URL for a PostgreSQL of your own, POOL_SIZE, WORKERS`;

/**
 * Reads the command line.
 *
 * @returns the options, or 'help'
 * @throws {UsageError} in one line, where it is wrong
 */
export function readOptions(args: string[]): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const { POOL_SIZE, WORKERS } = process.env;
  const preset = readPreset(oneOf('preset', values.preset ?? 'quick', listPresets()));
  const whole = (name: string, text: string | undefined, otherwise: number, to: number, from = 1) =>
    wholeNumber(name, text ?? String(otherwise), from, to);
  return {
    targets: list(
      values.targets,
      listTargets().map(({ name }) => name),
    ).map(target),
    events: list(values.events, eventNames).map((name) => oneOf('event', name, eventNames)),
    rounds: whole('rounds', values.rounds, preset.rounds ?? 1, 1000),
    control: !values['no-control'],
    duration: whole('duration', values.duration, preset.duration ?? 1, 3600),
    connections: whole('connections', values.connections, 64, 10_000),
    poolSize: whole('pool-size', values['pool-size'] ?? (POOL_SIZE || undefined), 1, 1000),
    workers: workers(values.workers ?? (WORKERS || '1')),
    seed: whole('seed', values.seed, 1, 1_000_000, 0),
    generator: oneOf('generator', values.generator ?? 'autocannon', generators),
    out: values.out,
    resume: values.resume,
    dryRun: values['dry-run'] ?? false,
  };
}

function parse(args: string[]) {
  try {
    const string = { type: 'string' } as const;
    const boolean = { type: 'boolean' } as const;
    return parseArgs({
      args,
      options: {
        preset: string,
        targets: string,
        events: string,
        rounds: string,
        duration: string,
        connections: string,
        workers: string,
        'pool-size': string,
        generator: string,
        'no-control': boolean,
        seed: string,
        out: string,
        resume: string,
        'dry-run': boolean,
        help: { ...boolean, short: 'h' },
      },
    }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new UsageError(`${message}. See npm run bench -- --help`);
  }
}

function list(text: string | undefined, all: string[]): string[] {
  return text === undefined ? all : [...new Set(text.split(',').map((name) => name.trim()))];
}

function target(name: string): Target {
  try {
    return findTarget(name);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<T extends string>(what: string, name: string, all: readonly T[]): T {
  const found = all.find((each) => each === name);
  if (found) return found;
  const plural = `${what[0]?.toUpperCase()}${what.slice(1)}s`;
  throw new UsageError(`There is no ${what} "${name}". ${plural}: ${all.join(', ')}`);
}

function workers(text: string): string {
  return text === 'auto' ? text : String(wholeNumber('workers', text, 1, 1024));
}

function wholeNumber(name: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  throw new UsageError(`--${name} must be a whole number from ${from} to ${to}, not "${text}"`);
}
