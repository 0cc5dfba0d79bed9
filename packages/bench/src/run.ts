import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  describeCommit,
  endAll,
  listTargets,
  type Target,
  type UrlTarget,
} from '@heptathlon/targets';
import { calibrate, warmGenerator } from './calibrate.js';
import { type Setting, targetOf } from './contender.js';
import { openDatabase, type RunDatabase } from './database.js';
import { exitCodeOf } from './exit-code.js';
import { findGenerators, type Generators } from './generators.js';
import { describeMachine } from './machine.js';
import type { Options } from './options.js';
import { describeChanges } from './output/describe.js';
import { quoted, scenarioName } from './output/format.js';
import { ResultsFile } from './output/results-file.js';
import { renderTable } from './output/table.js';
import { checkWritable } from './output/writable.js';
import { passesOf } from './phases.js';
import { moveTree, planPinning } from './pinning.js';
import { generatorOf, namesOf, type Plan, planOf, secondsOf } from './plan.js';
import { clock, Progress } from './progress.js';
import { readResults } from './read.js';
import { RESULTS_VERSION, type Results } from './result.js';
import { measureRound } from './round.js';
import { changesOf } from './summary.js';
import { buildCommit, findCommit, nameAt } from './targets/against.js';
import { UsageError } from './usage.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Runs a plan, or completes one, and writes what came of it.
 *
 * @param signal ends it; what is finished until then is written
 * @returns the exit code
 * @throws {Error} in one line, where nothing can be measured
 */
export async function runBench(options: Options, signal: AbortSignal): Promise<number> {
  const file = new ResultsFile(resolve(options.out ?? options.resume ?? defaultFile()));
  // A file that is to be completed is to be there.
  if (options.resume) readResults(options.resume);
  if (!options.dryRun) await checkWritable(file.file);
  const before = options.against ? await openCommit(options.against, options, signal) : undefined;
  const asked = before ? before.options : options;
  const results = await measureRun(asked, signal, file).finally(() =>
    endAll(() => before?.remove()),
  );
  if (!results) return 0;
  const { against } = results.plan;
  // Before it is written: where that fails, this is what is left.
  console.log(`\n${renderTable(results)}\n`);
  const { json, report } = await file.finish(results);
  if (file.failure) console.error(`${file.failure}: the results are kept elsewhere.`);
  console.log(`results: ${json}\nreport:  ${report}`);
  if (results.interrupted) console.log(`To complete it: npm run bench -- --resume ${quoted(json)}`);
  if (against) console.log(describeChanges(changesOf(results), against));
  return file.failure ? 1 : exitCodeOf(results);
}

/**
 * Measures what a plan says, or what is left of one.
 *
 * @param file where each round is kept as soon as it is measured, where it is to be kept
 * @returns what was found until the end, or until the signal; undefined of a dry run
 * @throws {Error} in one line, where nothing can be measured
 */
export async function measureRun(
  options: Options,
  signal: AbortSignal,
  file?: ResultsFile,
): Promise<Results | undefined> {
  const earlier = options.resume ? readResults(options.resume) : undefined;
  const like = options.like ? readResults(options.like) : undefined;
  const wanted = earlier?.plan ?? like?.plan ?? planOf(options);
  const generators = await findGenerators(
    [...new Set(wanted.contenders.map(({ name }) => generatorOf(wanted, name)))],
    wanted.fixedRate !== null || wanted.scenario !== null,
  );
  const plan = generators.k6 ? wanted : { ...wanted, fixedRate: null };
  const rounds = missingRounds(plan, earlier);
  // It was ended after its last round.
  if (earlier && rounds.length === 0) return { ...earlier, interrupted: false };
  const progress = new Progress(
    cellsOf(plan) * rounds.reduce((sum, round) => sum + passesOf(plan, round).length, 0),
    secondsOf(plan, rounds.length),
  );
  progress.say(describePlan(plan, rounds.length));
  if (!generators.k6 && wanted.fixedRate) {
    progress.say('k6 is not there: no fixed rate, hence no latency that a user would see.');
  }
  if (options.dryRun) return undefined;
  const database = await openDatabase();
  try {
    const targets = (earlier ?? like)?.targets.map((one) => again(one, options)) ?? options.targets;
    const results = earlier ?? (await newResults(plan, targets, generators, database, progress));
    results.interrupted = false;
    results.cells = results.cells.filter(({ round }) => !rounds.includes(round));
    results.starts = results.starts.filter(({ round }) => !rounds.includes(round));
    try {
      const { pinning } = results;
      if (pinning && database.pid !== undefined) await moveTree(database.pid, pinning.others);
      const { calibration } = results;
      const setting: Setting = {
        ...{ plan, targets, pinning, generators, database, calibration, progress, signal },
      };
      await makeDatabases(setting);
      await warmGenerator(setting);
      if (!calibration.k6) await calibrate(setting);
      for (const round of rounds) {
        const { cells, starts } = await measureRound(round, setting);
        results.cells.push(...cells);
        results.starts.push(...starts);
        await keepRound(results, file, progress);
      }
    } catch (error) {
      // What is finished is kept, whatever ends the run.
      if (!signal.aborted && results.cells.length === 0) throw error;
      if (!signal.aborted) progress.say(`The run ends early: ${(error as Error).message}`);
      results.interrupted = true;
    }
    return results;
  } finally {
    await endAll(() => generators.autocannon.stop());
    await endAll(() => database.stop());
  }
}

/** Adds the servers of another commit to those of a run. */
async function openCommit(
  asked: string,
  options: Options,
  signal: AbortSignal,
): Promise<{ options: Options; remove(): Promise<void> }> {
  const against = findCommit(asked);
  const names = options.targets.map(({ name }) => name);
  const known = listTargets().filter(({ name }) => names.includes(name));
  if (!options.dryRun) console.error(`building the servers of ${against} aside`);
  const { targets, remove } = options.dryRun
    ? {
        targets: known.map((target) => ({ ...target, name: nameAt(target.name, against) })),
        remove: async () => {},
      }
    : await buildCommit(against, names, signal);
  return { options: { ...options, against, targets: [...options.targets, ...targets] }, remove };
}

/** A target of an earlier run: one of ours, or one that the command line names again. */
function again({ name }: { name: string }, { targets }: Options): Target | UrlTarget {
  const found = [...targets, ...listTargets()].find((target) => target.name === name);
  if (found) return found;
  throw new UsageError(
    `The earlier run has a target "${name}": name it again with --target, --targets-file or --against.`,
  );
}

async function newResults(
  plan: Plan,
  targets: (Target | UrlTarget)[],
  { saturation, k6 }: Generators,
  database: RunDatabase,
  progress: Progress,
): Promise<Results> {
  const { commit, dirty } = describeCommit(root);
  const used = new Set([
    ...(plan.saturation ? Object.values(saturation) : []),
    ...(k6 ? [k6] : []),
  ]);
  return {
    version: RESULTS_VERSION,
    startedAt: new Date().toISOString(),
    interrupted: false,
    command: ['npm run bench', ...process.argv.slice(2)].join(' ').replace('bench ', 'bench -- '),
    commit,
    dirty,
    machine: describeMachine(),
    generators: [...used].map(({ name, version }) => ({ name, version })),
    postgres: { version: database.version, embedded: database.pid !== undefined },
    plan,
    pinning: await planPinning(
      plan.contenders.map(({ workers }) => workers),
      (line) => progress.say(line),
    ),
    targets: targets.map(({ name, framework, version, runtime, driver, breaks }) => ({
      ...{ name, framework, version },
      ...(runtime !== undefined && { runtime }),
      ...(driver && { driver }),
      ...(breaks && { breaks }),
    })),
    calibration: { k6: null, slowest: {} },
    starts: [],
    cells: [],
  };
}

function defaultFile(): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return `${root}results/${time}-${describeCommit(root).commit ?? 'no-commit'}.json`;
}

/** A round that cannot be kept now is kept with the next, or at the end: the run goes on. */
async function keepRound(results: Results, file: ResultsFile | undefined, progress: Progress) {
  const before = file?.failure;
  try {
    const where = await file?.keep(results);
    if (file?.failure && !before) progress.say(`${file.failure}: the rounds are kept in ${where}`);
  } catch (error) {
    progress.say(`The rounds so far are not kept: ${(error as Error).message}`);
  }
}

/** Makes each contender's database: where that is not allowed, nothing can be measured. */
async function makeDatabases(setting: Setting): Promise<void> {
  const { plan, database, progress, signal } = setting;
  progress.doing('making a database for each contender');
  for (const name of namesOf(plan)) {
    signal.throwIfAborted();
    if ('command' in targetOf(name, setting)) await database.of(name);
  }
}

/** The rounds of a plan that are still to be measured: half a round is none. */
function missingRounds(plan: Plan, earlier: Results | undefined): number[] {
  const measured = (round: number) => earlier?.cells.filter((cell) => cell.round === round).length;
  const rounds = Array.from({ length: plan.rounds }, (_, index) => index + 1);
  return rounds.filter((round) => (measured(round) ?? 0) < cellsOf(plan));
}

/** How many cells there are in a round. */
const cellsOf = (plan: Plan) => namesOf(plan).length * plan.events.length;

function describePlan(plan: Plan, left: number): string {
  const { contenders, control, events, rounds, saturation, fixedRate, scenario } = plan;
  const phases = [
    ...(scenario ? [`${scenario.duration} s of ${scenarioName(scenario)} by k6`] : []),
    ...(saturation ? [`${saturation.duration} s saturated by ${saturation.generator}`] : []),
    ...(fixedRate
      ? [
          `${fixedRate.duration} s at one rate by k6${fixedRate.rounds ? ` (in ${fixedRate.rounds})` : ''}`,
        ]
      : []),
  ];
  return [
    `${contenders.map(({ name }) => name).join(', ')}${control ? `, and ${control.name}` : ''}; ${events.join(', ')}`,
    `${rounds} rounds, each ${phases.join(' and ')}: about ${clock(secondsOf(plan, left))} min`,
    ...(rounds < 2 ? ['One round has no intervals: who is cheaper cannot be told.'] : []),
  ].join('\n');
}
