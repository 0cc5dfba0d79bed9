import { operations } from '@heptathlon/contract';
import { listTargets, type Target, type UrlTarget } from '@heptathlon/targets';
import { durationOf, listScenarios, takesEvent } from './k6/scenario.js';
import { listPresets, readPreset } from './presets.js';
import { chooseTargets } from './targets/choose.js';
import { boolean, parseUsage, string, UsageError } from './usage.js';

const generators = ['autocannon', 'wrk', 'k6'] as const;
const phases = ['saturation', 'fixed-rate'] as const;

/** What a run is told by its command line. */
export interface Options {
  targets: (Target | UrlTarget)[];
  /** operationIds */
  events: string[];
  rounds: number;
  /** Whether the first contender runs twice in each round. */
  control: boolean;
  /** How long an event is warmed up at most, in s. */
  warmUp: number;
  /** How long each phase is measured, in s; null: it is left out. */
  saturation: number | null;
  fixedRate: number | null;
  /** In how many rounds there is a fixed rate beside saturation; undefined: in all. */
  rateRounds: number | undefined;
  /** requests/s of the fixed rate; undefined: a share of what the slowest can do. */
  rate: number | undefined;
  /** In the place of events: how long it takes, in s, and what it sends, where that was said. */
  scenario: { name: string; duration: number; event?: string } | null;
  /** Each is compared with each. */
  poolSizes: number[];
  /** Numbers, or `auto`. */
  workers: string[];
  connections: number;
  /** They saturate; each is compared with each. */
  generators: (typeof generators)[number][];
  /** The commit whose servers run beside ours, each compared with its own. */
  against: string | undefined;
  /** Decides the order of the rounds, and the resampling. */
  seed: number;
  /** Whether each has to pass the conformance suite before it is measured. */
  proof: boolean;
  /** Looks into the servers with a probe, which costs them time. */
  diagnose: boolean;
  /** Only says what would be done. */
  dryRun: boolean;
  /** The results file of a run that was interrupted, to be completed by its own plan. */
  resume: string | undefined;
  /** The results file of a run whose plan is used again, rates included. */
  like: string | undefined;
  /** The results file, or undefined for one that is named after the time and the commit. */
  out: string | undefined;
}

const eventNames: string[] = operations.map(({ operationId }) => operationId);

const quick = readPreset('quick');

/** What `--help` prints. */
export const help = `Starts each server on a real PostgreSQL, proves it with the conformance suite, loads each event, and
compares what it cost, in several rounds. Prints a table with intervals, and writes the results as JSON
and as an HTML report.

usage: npm run bench -- [options]
       npm run bench -- compare A.json B.json   says what changed between two runs, and can be a gate
       npm run bench -- merge FILE...           puts the results of several k6 together
       npm run bench -- profile TARGET EVENT    where a Node server spends its time, as a flame graph
       npm run bench -- verify CLAIM            checks what is claimed of the bench itself

  --preset NAME         ${listPresets().join(', ')}: a file of packages/bench/presets (quick)
  --targets A,B         servers: ${listTargets()
    .map(({ name }) => name)
    .join(', ')}
                        (those that the preset names, or all)
  --target NAME=URL     a server in any language beside them, which runs already; can be given several times
  --targets-file FILE   more servers: command, environment, readiness (see packages/bench/README.md)
  --events A,B          events (${eventNames.join(', ')})
  --rounds N            each starts every server afresh, in another order (${quick.rounds})
  --phases A,B          saturation: as many requests as the server takes; fixed-rate: as many a second for all,
                        by k6 (both, where k6 is there)
  --scenario NAME       in place of events: ${listScenarios().join(', ')};
                        with --events EVENT it sends that alone, where it is not made of a mix
  --duration SECONDS    each phase, for each server, event and round (${quick.saturation} and ${quick.fixedRate})
  --warm-up SECONDS     each event, until its cost is steady, at most (${quick.warmUp})
  --rate N              requests/s of fixed-rate (30 % of what the slowest takes, within k6's means)
  --connections N       connections (64)
  --workers N,M         processes that serve, or "auto" for one a core; each is compared with each (1)
  --pool-size N,M       connections to the database, for each worker; likewise (1)
  --generator A,B       of saturation: autocannon, wrk where it is installed, or k6; likewise (autocannon)
  --diagnose            also event-loop delay and garbage collection, by a probe in the (Node) servers: it costs
                        them a little, so such a run is compared with no other
  --no-control          don't run the first server twice, against itself
  --against COMMIT      builds the servers of another commit aside, and compares each with ours, round by round:
                        exit code 1 where one became dearer, or nothing could be compared
  --no-proof            measure servers that need not keep the rule book, such as implementations of others; each
                        answer is still checked
  --seed N              decides the order; the same seed gives the same (1)
  --out FILE            the results file (results/<time>-<commit>.json)
  --resume FILE         completes an interrupted run, by its own plan
  --like FILE           uses the plan of an earlier run, rates included, so that both can be compared
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
  const whole = (
    name: string,
    text: string | undefined,
    otherwise: number,
    to: number,
    from = 1,
  ) => (text === undefined ? otherwise : wholeNumber(name, text, from, to));
  const duration = (name: string, text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : seconds(name, text);
  const asked = list(values.phases, [...phases]).map((name) => oneOf('phase', name, phases));
  const length = (phase: (typeof phases)[number], otherwise: number | undefined) =>
    asked.includes(phase) && otherwise !== undefined
      ? duration('duration', values.duration, otherwise)
      : null;
  const scenario = readScenario(values);
  const poolSizes = values['pool-size'] ?? (POOL_SIZE || undefined);
  const targets = chooseTargets(values, preset.targets);
  const foreign = targets.find(({ runtime }) => runtime !== undefined);
  if (values.diagnose && foreign) {
    throw new UsageError(
      `--diagnose looks into Node only, and ${foreign.name} runs on ${foreign.runtime}: leave it out with --targets`,
    );
  }
  return {
    targets,
    events: list(values.events, preset.events ?? eventNames).map((name) =>
      oneOf('event', name, eventNames),
    ),
    rounds: whole('rounds', values.rounds, preset.rounds, 1000),
    control: !values['no-control'],
    warmUp: duration('warm-up', values['warm-up'], preset.warmUp),
    saturation: scenario ? null : length('saturation', preset.saturation),
    fixedRate: scenario ? null : length('fixed-rate', preset.fixedRate),
    rateRounds: preset.rateRounds,
    scenario,
    rate: values.rate === undefined ? undefined : wholeNumber('rate', values.rate, 1, 1_000_000),
    poolSizes: list(poolSizes, (preset.poolSizes ?? [1]).map(String)).map((text) =>
      wholeNumber('pool-size', text, 1, 1000),
    ),
    workers: list(values.workers ?? (WORKERS || undefined), preset.workers ?? ['1']).map(workers),
    connections: whole('connections', values.connections, 64, 10_000),
    generators: list(values.generator, ['autocannon']).map((name) =>
      oneOf('generator', name, generators),
    ),
    seed: whole('seed', values.seed, 1, 1_000_000, 0),
    against: values.against ?? preset.against,
    proof: !values['no-proof'],
    diagnose: values.diagnose ?? false,
    dryRun: values['dry-run'] ?? false,
    resume: values.resume,
    like: values.like,
    out: values.out,
  };
}

const parse = (args: string[]) =>
  parseUsage('bench --', {
    args,
    options: {
      preset: string,
      targets: string,
      target: { ...string, multiple: true },
      'targets-file': string,
      events: string,
      scenario: string,
      rounds: string,
      phases: string,
      duration: string,
      'warm-up': string,
      rate: string,
      connections: string,
      workers: string,
      'pool-size': string,
      generator: string,
      diagnose: boolean,
      'no-control': boolean,
      'no-proof': boolean,
      against: string,
      seed: string,
      out: string,
      resume: string,
      like: string,
      'dry-run': boolean,
      help: { ...boolean, short: 'h' },
    },
  }).values;

function list(text: string | undefined, all: string[]): string[] {
  return text === undefined ? all : [...new Set(text.split(',').map((name) => name.trim()))];
}

/** A soak of an hour for each server and round is nothing that somebody asks for by its name alone, in s. */
const LONGEST = 300;

function readScenario({ scenario, duration, events }: ReturnType<typeof parse>) {
  if (scenario === undefined) return null;
  const name = oneOf('scenario', scenario, listScenarios());
  const event = events === undefined ? undefined : oneOf('event', events.trim(), eventNames);
  if (event !== undefined && !takesEvent(name)) {
    throw new UsageError(`The scenario ${name} sends a mix of all events: leave out --events`);
  }
  return {
    name,
    ...(event !== undefined && { event }),
    duration:
      duration === undefined
        ? Math.min(durationOf(name), LONGEST)
        : wholeNumber('duration', duration, 1, 86_400),
  };
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

function seconds(name: string, text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= 0.1 && value <= 3600) return value;
  throw new UsageError(`--${name} must be seconds from 0.1 to 3600, not "${text}"`);
}

function wholeNumber(name: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  throw new UsageError(`--${name} must be a whole number from ${from} to ${to}, not "${text}"`);
}
