import { runSuite } from '@heptathlon/conformance';
import type { RunningTarget, Target, UrlTarget } from '@heptathlon/targets';
import { AutocannonProcess } from './autocannon/process.js';
import { explainDeath, openContender, targetOf, telling } from './contender.js';
import type { RunDatabase } from './database.js';
import { costOf } from './figures.js';
import type { Generators } from './generators.js';
import { Meter } from './meter.js';
import { passesOf, phasesOf, type Ready, rowsIn } from './phases.js';
import type { Pinning } from './pinning.js';
import { contenderOf, type Plan } from './plan.js';
import type { Probe } from './probe/probe.js';
import type { Progress } from './progress.js';
import type { Cell, Start } from './result.js';
import { readResident } from './sample/memory.js';

/** What contenders are measured with. */
export interface Setting {
  plan: Plan;
  targets: (Target | UrlTarget)[];
  /** Which cores are whose; null: any. */
  pinning: Pinning | null;
  generators: Generators;
  database: RunDatabase;
  progress: Progress;
  /** Looks into the servers, where the run is a diagnostic one. */
  probe: Probe | undefined;
  signal: AbortSignal;
}

/** What came of a contender in a round. */
export interface Findings {
  cells: Cell[];
  start: Start;
}

/**
 * Opens a contender's server, proves it, and takes it through the passes of the plan.
 *
 * @param onFindings is told once, of an interrupted contender too
 * @throws the signal's reason, where it ends the measurement; everything else makes cells void
 */
export async function measureContender(
  { round, name }: { round: number; name: string },
  setting: Setting,
  onFindings: (findings: Findings) => void,
): Promise<void> {
  const { plan, progress, signal, database } = setting;
  const cells = plan.events.map(
    (event): Cell => ({ round, name, event, warmUp: null, phases: {} }),
  );
  const start: Start = { round, name, readyAfter: null, memory: null, rows: null };
  signal.throwIfAborted();
  progress.doing(`${name}: starting`);
  const rowsBefore = await database.rows.read();
  let server: RunningTarget | undefined;
  const tally = { rows: 0 };
  let measured = 0;
  try {
    server = await openContender(name, setting);
    start.readyAfter = server.readyAfter;
    if (server.pid !== undefined) start.memory = await readResident(server.pid);
    progress.doing(`${name}: proving it with the conformance suite`);
    const broken = await findBroken(server.url, signal);
    if (broken) throw new Error(broken);
    const ready = await getReady(name, server, setting, tally);
    try {
      const passes = passesOf(plan);
      for (const pass of passes) {
        for (const cell of cells) {
          progress.doing(`${name} ${cell.event}: ${pass.doing}`);
          await pass.run(cell, ready);
          if (ready.hasDied()) throw new Error(await explainDeath(server));
          if (pass !== passes.at(-1)) continue;
          measured++;
          progress.done(`round ${round}, ${name} ${cell.event}: ${describeCell(cell)}`);
        }
      }
    } finally {
      await ready.autocannon.stop();
    }
  } catch (error) {
    signal.throwIfAborted();
    const reason = telling(error instanceof Error ? error.message : String(error));
    const left = cells.slice(measured);
    for (const { phases } of left) {
      for (const phase of phasesOf(plan))
        phases[phase] ??= { load: null, usage: null, void: reason };
    }
    progress.done(`round ${round}, ${name}: void, ${reason}`, left.length);
    measured = cells.length;
  } finally {
    await server?.stop();
    // One that was not started here keeps its connections, and its rows where it wants.
    if (server && !('url' in targetOf(name, setting))) {
      const rowsAfter = await database.rows.readUntil(rowsBefore + tally.rows);
      start.rows = { read: rowsAfter - rowsBefore, answered: tally.rows };
      if (start.rows.read < start.rows.answered) voidUnread(cells, start.rows);
    }
    onFindings({ cells: cells.slice(0, measured), start });
  }
}

async function getReady(
  name: string,
  server: RunningTarget,
  setting: Setting,
  tally: { rows: number },
): Promise<Ready> {
  const { database, pinning, signal } = setting;
  // What runs already may use another PostgreSQL, and as many processes as it likes.
  const runsAlready = 'url' in targetOf(name, setting);
  const postgres = runsAlready ? undefined : database.pid;
  const workers = Number(contenderOf(setting.plan, name).workers);
  const processes = runsAlready || Number.isNaN(workers) ? undefined : workers;
  let died = false;
  void server.exited.then(() => {
    died = true;
  });
  return {
    ...setting,
    tally,
    url: server.url,
    autocannon: await AutocannonProcess.start(pinning?.others, signal),
    meter: new Meter(server.pid, postgres, pinning?.server, processes),
    hasDied: () => died,
  };
}

/** Which rules a server breaks, or null. */
async function findBroken(url: string, signal: AbortSignal): Promise<string | null> {
  const { failed, results } = await runSuite(url, { signal });
  signal.throwIfAborted();
  if (failed === 0) return null;
  const rules = results.filter(({ status }) => status === 'failed').map(({ rule }) => rule);
  return `it breaks the rule book: ${rules.join(', ')}`;
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
  const reason = `PostgreSQL read ${read} rows, the answers held ${answered}`;
  for (const { event, phases } of cells) {
    if (rowsIn(event) === 0) continue;
    for (const phase of Object.values(phases)) phase.void = reason;
  }
}
