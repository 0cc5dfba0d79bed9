import { runSuite } from '@heptathlon/conformance';
import { type RunningTarget, startTarget, type Target } from '@heptathlon/targets';
import { AutocannonProcess } from './autocannon/process.js';
import type { RunDatabase } from './database.js';
import { costOf } from './figures.js';
import type { Generators } from './generators.js';
import { Meter } from './meter.js';
import { measurePhases, phasesOf, type Ready } from './phases.js';
import { onCores, type Pinning } from './pinning.js';
import { contenderOf, type Plan } from './plan.js';
import type { Progress } from './progress.js';
import type { Cell, Start } from './result.js';
import { readMemory } from './sample/memory.js';
import { type Warmed, warmUp } from './warm-up.js';

/** What contenders are measured with. */
export interface Setting {
  plan: Plan;
  targets: Target[];
  /** Which cores are whose; null: any. */
  pinning: Pinning | null;
  generators: Generators;
  database: RunDatabase;
  progress: Progress;
  signal: AbortSignal;
}

/** Is told what comes of a contender, as soon as it is known. */
export interface Findings {
  cell(cell: Cell): unknown;
  start(start: Start): unknown;
}

/** Rows of `world` in an answer. */
const rowsIn: Record<string, number> = { db: 1, queries: 20, template: 10 };

/**
 * Starts a contender afresh, proves it, warms it up, and measures each event.
 *
 * @throws the signal's reason, where it ends the measurement; everything else makes cells void
 */
export async function measureContender(
  { round, name }: { round: number; name: string },
  setting: Setting,
  findings: Findings,
): Promise<void> {
  const { plan, progress, signal, database } = setting;
  const left = [...plan.events];
  const voidAll = (reason: string) => {
    const phases = Object.fromEntries(
      phasesOf(plan).map((phase) => [phase, { load: null, usage: null, void: reason }]),
    );
    progress.done(`round ${round}, ${name}: void, ${reason}`, left.length);
    for (const event of left) findings.cell({ round, name, event, warmUp: null, phases });
  };
  signal.throwIfAborted();
  progress.doing(`${name}: starting`);
  const rowsBefore = await database.rows.read();
  const startedAt = performance.now();
  const server = await startContender(name, setting).catch((error: Error) => error);
  const readyAfter = performance.now() - startedAt;
  if (server instanceof Error) return voidAll(telling(server.message));
  const memory = (await readMemory(server.pid)).rss;
  const cells: Cell[] = [];
  let answered = 0;
  try {
    progress.doing(`${name}: proving it with the conformance suite`);
    const broken = await prove(server.url, signal);
    if (broken) return voidAll(broken);
    let died = false;
    void server.exited.then(() => {
      died = true;
    });
    const autocannon = await AutocannonProcess.start(setting.pinning?.others, signal);
    try {
      const meter = new Meter(server.pid, database.pid, setting.pinning?.server);
      const run = { ...setting, server, autocannon, meter };
      const warm = await warmAll(run, name);
      for (const event of plan.events) {
        progress.doing(`${name} ${event}: measuring`);
        const { phases, ...counted } = await measurePhases(event, run);
        if (died) return voidAll(await explainDeath(server));
        const warmed = warm.get(event);
        answered += (counted.answered + (warmed?.answered ?? 0)) * (rowsIn[event] ?? 0);
        left.shift();
        const { steady = false, trace = [], errors = 0 } = warmed ?? {};
        if (errors > 0) {
          voidPhases(phases, `${errors} requests failed or had a wrong answer in the warm-up`);
        }
        const cell: Cell = {
          ...{ round, name, event },
          warmUp: warmed ? { steady, trace } : null,
          phases,
        };
        cells.push(cell);
        progress.done(`round ${round}, ${name} ${event}: ${describeCell(cell)}`);
      }
    } finally {
      await autocannon.stop();
    }
  } catch (error) {
    signal.throwIfAborted();
    voidAll(error instanceof Error ? error.message : String(error));
  } finally {
    await server.stop();
    const rowsAfter = await database.rows.readUntil(rowsBefore + answered);
    const rows = { read: rowsAfter - rowsBefore, answered };
    if (rows.read < rows.answered) voidUnread(cells, rows);
    for (const cell of cells) findings.cell(cell);
    findings.start({ round, name, readyAfter, memory, rows });
  }
}

/** Starts a contender's target, on its cores and with its setting. */
export function startContender(name: string, { plan, targets, pinning, database }: Setting) {
  const { target: targetName, workers, poolSize } = contenderOf(plan, name);
  const target = targets.find((each) => each.name === targetName);
  if (!target) throw new RangeError(`there is no target "${targetName}"`);
  const env = { LOG_LEVEL: 'warn', POOL_SIZE: String(poolSize), WORKERS: workers };
  const command = onCores(pinning?.server, target.command);
  return startTarget({ ...target, command }, { databaseUrl: database.url, env });
}

/** Which rules a server breaks, or null. */
async function prove(url: string, signal: AbortSignal): Promise<string | null> {
  const { failed, results } = await runSuite(url, { signal });
  signal.throwIfAborted();
  if (failed === 0) return null;
  const rules = results.filter(({ status }) => status === 'failed').map(({ rule }) => rule);
  return `it breaks the rule book: ${rules.join(', ')}`;
}

/** All events before any is measured: what they share is compiled for all of them. */
async function warmAll(ready: Ready, name: string) {
  const { plan, server, progress, signal, autocannon, meter } = ready;
  const found = new Map<string, Warmed>();
  const { connections } = plan;
  for (const event of plan.scenario ? [] : plan.events) {
    progress.doing(`${name} ${event}: warming up`);
    const load = { event, url: server.url, connections, limit: plan.warmUp.limit, signal };
    found.set(event, await warmUp(autocannon, load, meter));
  }
  return found;
}

/** What came of a cell, in a line. */
function describeCell({ phases, warmUp }: Cell): string {
  const found = Object.values(phases).map((phase) => {
    const cost = costOf(phase);
    const { load } = phase;
    if (phase.void !== null) return `void, ${phase.void}`;
    const rate = load ? `${(load.requests / load.seconds).toFixed(0)}/s` : '';
    return cost === undefined ? rate : `${cost.toFixed(1)} µs at ${rate}`;
  });
  return [...found, ...(warmUp?.steady === false ? ['not steady'] : [])].join('; ');
}

/** Fewer rows were read than were in the answers: these came from somewhere else. */
function voidUnread(cells: Cell[], { read, answered }: NonNullable<Start['rows']>): void {
  for (const { event, phases } of cells) {
    if (!rowsIn[event]) continue;
    voidPhases(phases, `PostgreSQL read ${read} rows, the answers held ${answered}`);
  }
}

/** A server that answers wrongly is worse than whatever else was found. */
function voidPhases(phases: Cell['phases'], reason: string): void {
  for (const phase of Object.values(phases)) phase.void = reason;
}

/** How a server ended, and the line of its output that says why. */
async function explainDeath({ exited, output }: RunningTarget): Promise<string> {
  const { code, signal } = await exited;
  const said = telling(output());
  return `the server died (${signal ?? `exit code ${code}`})${said ? `: ${said}` : ''}`;
}

/** The line that tells what happened, of all that a program printed. */
function telling(output: string): string {
  const lines = output
    .split('\n')
    // What Node prints around the message of an error that nobody caught.
    .filter((line) => !/^\s*(at .*|\^*|[{}]|Node\.js v\S+)$/.test(line));
  return (lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '').trim();
}
