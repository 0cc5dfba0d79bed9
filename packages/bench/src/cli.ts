import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
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
import { clock, Progress } from './progress.js';
import { figures, RESULTS_VERSION, type Results } from './result.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a cell takes beside the time measured, and a target beside its cells, in s. */
const CELL_OVERHEAD = 2;
const TARGET_OVERHEAD = 6;

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
  const { targets, events, duration, connections } = options;
  const total = targets.length * events.length;
  const progress = new Progress(total);
  const generator = await chooseGenerator(options.generator, progress);
  const seconds = total * (duration + CELL_OVERHEAD) + targets.length * TARGET_OVERHEAD;
  progress.say(
    `${targets.length} targets, ${events.length} events, ${duration} s each, with ${generator.name} ${generator.version}: about ${clock(seconds)} min`,
  );
  const startedAt = new Date();
  const { commit, dirty } = describeCommit(root);
  const database = await openDatabase();
  const results: Results = {
    version: RESULTS_VERSION,
    startedAt: startedAt.toISOString(),
    interrupted: false,
    command: ['npm run bench', ...process.argv.slice(2)].join(' ').replace('bench ', 'bench -- '),
    commit,
    dirty,
    machine: describeMachine(),
    generator: { name: generator.name, version: generator.version },
    postgres: { version: database.version, embedded: database.pid !== undefined },
    settings: {
      duration,
      connections,
      poolSize: Number(process.env.POOL_SIZE || 1),
      workers: process.env.WORKERS || '1',
    },
    targets: targets.map(({ name, framework, version }) => ({ name, framework, version })),
    cells: [],
  };
  try {
    await measureAll(options, database, generator, progress, results);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    results.interrupted = true;
  } finally {
    await database.stop();
  }
  const time = results.startedAt.slice(0, 19).replaceAll(':', '-');
  const file = resolve(options.out ?? `${root}results/${time}-${commit ?? 'no-commit'}.json`);
  const report = await writeResults(file, results);
  console.log(`\n${renderTable(results)}\n`);
  console.log(`results: ${file}\nreport:  ${report}`);
  if (results.cells.some((cell) => cell.void !== null)) process.exitCode ??= 1;
}

async function measureAll(
  { targets, events, duration, connections }: Options,
  database: RunDatabase,
  generator: Generator,
  progress: Progress,
  results: Results,
): Promise<void> {
  const { signal } = stop;
  const setting = { events, duration, connections, generator, progress, signal };
  const where = { databaseUrl: database.url, postgresPid: database.pid };
  for (const target of targets) {
    await measureTarget(target, { ...setting, ...where }, (cell) => {
      results.cells.push(cell);
      const found = figures(cell);
      const what =
        cell.void ?? `${found?.serverCost.toFixed(1)} µs, ${found?.throughput.toFixed(0)}/s`;
      progress.done(`${cell.target} ${cell.event}: ${cell.void === null ? what : `void, ${what}`}`);
    });
  }
}

/** k6 where there is one, autocannon otherwise or where it is asked for. */
async function chooseGenerator(
  asked: Options['generator'],
  progress: Progress,
): Promise<Generator> {
  const k6 = asked === 'autocannon' ? undefined : await findK6();
  if (k6) return k6Generator(k6);
  if (asked === 'k6') {
    throw new Error(
      'k6 is not installed. Install it (https://grafana.com/docs/k6/latest/set-up/install-k6/), or Go, with which `npm run bench` builds it, or use --generator autocannon.',
    );
  }
  if (asked === undefined) progress.say('There is no k6: autocannon loads the servers instead.');
  return autocannonGenerator();
}
