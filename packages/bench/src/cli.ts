import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTarget, listTargets } from '@heptathlon/targets';
import { autocannonGenerator } from './autocannon/run.js';
import { openDatabase, type RunDatabase } from './database.js';
import type { Generator } from './generator.js';
import { findK6 } from './k6/find.js';
import { k6Generator } from './k6/run.js';
import { describeCommit, describeMachine } from './machine.js';
import { measureTarget } from './measure.js';
import { runMerge } from './merge/cli.js';
import { MergeError } from './merge/result.js';
import { help, type Options, readOptions, UsageError } from './options.js';
import { renderTable } from './output/table.js';
import { writeResults } from './output/write.js';
import { moveTree, planPinning } from './pinning.js';
import { orderOf, type Plan, secondsOf, targetOf } from './plan.js';
import { clock, Progress } from './progress.js';
import { readResults } from './read.js';
import { type Cell, figures, RESULTS_VERSION, type Results } from './result.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const stop = new AbortController();
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
for (const [signal, code] of Object.entries(exitCodes)) {
  process.on(signal, () => {
    if (stop.signal.aborted) return;
    process.exitCode = code;
    console.error(`\n${signal}: stopping everything that was started ...`);
    stop.abort(new Error(signal));
  });
}

try {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'merge') {
    process.exitCode = runMerge(args);
  } else {
    const options = readOptions(process.argv.slice(2));
    if (options === 'help') console.log(help);
    else await bench(options);
  }
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof UsageError || error instanceof MergeError ? 2 : 1;
  }
}

async function bench(options: Options): Promise<void> {
  const earlier = options.resume ? readResults(options.resume) : undefined;
  const generator = await chooseGenerator(earlier?.plan.generator ?? options.generator);
  const plan = earlier?.plan ?? planOf(options, generator.name);
  const todo = unfinished(plan, earlier?.cells ?? []);
  const progress = new Progress(todo.length * plan.events.length);
  progress.say(describePlan(plan, generator, todo.length));
  if (options.dryRun) return;
  const startedAt = earlier?.startedAt ?? new Date().toISOString();
  const { commit, dirty } = describeCommit(root);
  const database = await openDatabase();
  const results: Results = {
    version: RESULTS_VERSION,
    startedAt,
    interrupted: false,
    command: ['npm run bench', ...process.argv.slice(2)].join(' ').replace('bench ', 'bench -- '),
    commit,
    dirty,
    machine: describeMachine(),
    generator: { name: generator.name, version: generator.version },
    postgres: { version: database.version, embedded: database.pid !== undefined },
    plan,
    pinning: await planPinning(plan.workers),
    targets: listTargets()
      .filter(({ name }) => plan.names.includes(name))
      .map(({ name, framework, version }) => ({ name, framework, version })),
    cells: (earlier?.cells ?? []).filter(
      ({ round, target }) => !todo.some((each) => each.round === round && each.name === target),
    ),
  };
  const time = startedAt.slice(0, 19).replaceAll(':', '-');
  const file = resolve(
    options.out ?? options.resume ?? `${root}results/${time}-${commit ?? 'no-commit'}.json`,
  );
  try {
    await measureAll(todo, database, generator, progress, results);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    results.interrupted = true;
  } finally {
    await database.stop();
  }
  const report = await writeResults(file, results);
  console.log(`\n${renderTable(results)}\n`);
  console.log(`results: ${file}\nreport:  ${report}`);
  if (results.interrupted) {
    console.log(`To complete it: npm run bench -- --resume ${file}`);
  }
  if (results.cells.some((cell) => cell.void !== null)) process.exitCode ??= 1;
}

function planOf(options: Options, generator: Plan['generator']): Plan {
  const names = options.targets.map(({ name }) => name);
  const [first = ''] = names;
  const control = options.control ? { target: first, name: `${first} again` } : null;
  const { events, rounds, duration, connections, poolSize, workers, seed } = options;
  return {
    names: control ? [...names, control.name] : names,
    control,
    ...{ events, rounds, duration, connections, generator, poolSize, workers, seed },
  };
}

/** What is still to be measured of a plan: each round's targets in their order. */
function unfinished(plan: Plan, cells: Cell[]): { round: number; name: string }[] {
  const rounds = Array.from({ length: plan.rounds }, (_, index) => index + 1);
  const all = rounds.flatMap((round) => orderOf(plan, round).map((name) => ({ round, name })));
  return all.filter(({ round, name }) => {
    const found = cells.filter((cell) => cell.round === round && cell.target === name);
    return found.length < plan.events.length;
  });
}

function describePlan(plan: Plan, { name, version }: Generator, todo: number): string {
  const { names, control, events, rounds, duration } = plan;
  const seconds = (secondsOf(plan) * todo) / (rounds * names.length);
  return [
    `${names.length - (control ? 1 : 0)} targets${control ? ` and ${control.name}` : ''}, ${events.length} events, ${rounds} rounds, ${duration} s each, with ${name} ${version}: about ${clock(seconds)} min`,
    ...(rounds < 2 ? ['One round has no intervals: who is faster cannot be told.'] : []),
  ].join('\n');
}

async function measureAll(
  todo: { round: number; name: string }[],
  database: RunDatabase,
  generator: Generator,
  progress: Progress,
  results: Results,
): Promise<void> {
  const { signal } = stop;
  const { pinning } = results;
  const setting = { ...results.plan, pinning, generator, progress, signal };
  if (pinning && database.pid !== undefined) await moveTree(database.pid, pinning.others);
  const where = { databaseUrl: database.url, postgresPid: database.pid };
  for (const { round, name } of todo) {
    const target = findTarget(targetOf(results.plan, name));
    await measureTarget(target, { ...setting, ...where, round, name }, (cell) => {
      results.cells.push(cell);
      const found = figures(cell);
      const what =
        cell.void ?? `${found?.serverCost.toFixed(1)} µs, ${found?.throughput.toFixed(0)}/s`;
      progress.done(
        `round ${round}, ${name} ${cell.event}: ${cell.void === null ? what : `void, ${what}`}`,
      );
    });
  }
}

/** autocannon comes with the dependencies; k6 has to be there. */
async function chooseGenerator(name: Options['generator']): Promise<Generator> {
  if (name === 'autocannon') return autocannonGenerator();
  const k6 = await findK6();
  if (k6) return k6Generator(k6);
  throw new Error(
    'k6 is not installed. Install it (https://grafana.com/docs/k6/latest/set-up/install-k6/), or Go, with which `npm run bench` builds it, or use --generator autocannon.',
  );
}
