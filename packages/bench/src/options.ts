import { parseArgs } from 'node:util';
import { operations } from '@heptathlon/contract';
import { findTarget, listTargets, type Target } from '@heptathlon/targets';

/** What a run is told by its command line. */
export interface Options {
  targets: Target[];
  /** operationIds */
  events: string[];
  /** Seconds measured for each cell. */
  duration: number;
  connections: number;
  /** undefined: k6 if it can be had, autocannon otherwise. */
  generator: 'k6' | 'autocannon' | undefined;
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
compares what it cost. Prints a table and writes the results as JSON and as an HTML report.

usage: npm run bench -- [options]
       npm run bench -- merge FILE...   puts the results of several k6 together (merge --help)

  --targets A,B         servers (${listTargets()
    .map(({ name }) => name)
    .join(', ')})
  --events A,B          events (${eventNames.join(', ')})
  --duration SECONDS    measured for each server and event (5)
  --connections N       connections, which is k6's virtual users (64)
  --generator NAME      k6 or autocannon (k6 if it is installed or can be, otherwise autocannon)
  --out FILE            the results file (results/<time>-<commit>.json)
  --help

environment: DATABASE_URL for a PostgreSQL of your own, POOL_SIZE, WORKERS (see npm run serve -- --help)`;

/**
 * Reads the command line.
 *
 * @returns the options, or 'help'
 * @throws {UsageError} in one line, where it is wrong
 */
export function readOptions(args: string[]): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  return {
    targets: list(
      values.targets,
      listTargets().map(({ name }) => name),
    ).map(target),
    events: list(values.events, eventNames).map(event),
    duration: wholeNumber('duration', values.duration ?? '5', 1, 3600),
    connections: wholeNumber('connections', values.connections ?? '64', 1, 10_000),
    generator: generator(values.generator),
    out: values.out,
  };
}

function parse(args: string[]) {
  try {
    const string = { type: 'string' } as const;
    return parseArgs({
      args,
      options: {
        targets: string,
        events: string,
        duration: string,
        connections: string,
        generator: string,
        out: string,
        help: { type: 'boolean', short: 'h' },
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

function event(name: string): string {
  if (eventNames.includes(name)) return name;
  throw new UsageError(`There is no event "${name}". Events: ${eventNames.join(', ')}`);
}

function generator(name: string | undefined): Options['generator'] {
  if (name === undefined || name === 'k6' || name === 'autocannon') return name;
  throw new UsageError(`There is no generator "${name}". Generators: k6, autocannon`);
}

function wholeNumber(name: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  throw new UsageError(`--${name} must be a whole number from ${from} to ${to}, not "${text}"`);
}
