import { connect } from '@heptathlon/db/connect';
import { endAll, type Target } from '@heptathlon/targets';
import type { RunDatabase } from '../database.js';
import type { Progress } from '../progress.js';
import { LoadProcess } from './load/process.js';
import { pilot } from './pilot.js';
import type { ServerResult, SoakPlan, SoakResults } from './result.js';
import { APPLICATION, openSubject, pacedOf, type Subject } from './subject.js';
import { Tally } from './tally.js';
import { watch } from './watch.js';

/** What servers are soaked with. */
export interface Setting {
  plan: SoakPlan;
  database: RunDatabase;
  progress: Progress;
  signal: AbortSignal;
}

/** Of what a server does when it is saturated, the part that all that run at the same time share, at the most. */
const LOAD = 0.5;

/**
 * Soaks servers side by side.
 *
 * @param results gets the servers whose load has begun: they are kept, whatever ends it
 * @throws {Error} in one line, where a server cannot be soaked; or the signal's reason, before the load begins
 */
export async function soakGroup(
  targets: Target[],
  setting: Setting,
  { servers, loadAverages }: SoakResults,
): Promise<void> {
  const { database, progress, signal } = setting;
  const subjects: Subject[] = [];
  const load = await LoadProcess.start();
  const connection = { application_name: APPLICATION };
  const sql = connect(database.url, { max: 1, fetch_types: false, connection });
  try {
    for (const target of targets) {
      progress.doing(`${target.name}: starting`);
      subjects.push(await openSubject(target, database, signal));
    }
    const soaked: ServerResult[] = [];
    for (const subject of subjects) soaked.push(await prepare(subject, load, setting));
    progress.doing('how much half of the machine is');
    const factor = await pilot(pacedOf(subjects, soaked), setting.plan.saturation, signal);
    for (const one of soaked) one.rate = Math.max(1, Math.round(one.rate * factor));
    servers.push(...soaked);
    await watch({ subjects, results: soaked, load, sql, loadAverages }, setting);
  } finally {
    progress.doing('stopping the servers');
    await endAll(() => load.stop({ now: true }));
    await endAll(() => sql.end({ timeout: 1 }), ...subjects.map((subject) => () => subject.stop()));
  }
}

/** Finds out what a server can do, alone. */
async function prepare(
  { target, server }: Subject,
  load: LoadProcess,
  { plan, progress, signal }: Setting,
): Promise<ServerResult> {
  signal.throwIfAborted();
  progress.doing(`${target.name}: how much it takes`);
  const { rate, odd } = await load.saturate(server.url, plan.saturation);
  const [first] = odd;
  if (first) throw new Error(`${target.name}: ${first.event}: ${first.why}`);
  const { name, framework, version, runtime = `Node ${process.versions.node}`, driver } = target;
  return {
    ...{ name, framework, version, runtime, ...(driver && { driver }) },
    ...{ died: null, at: [], faults: [] },
    capacity: Math.round(rate),
    rate: (rate * LOAD) / plan.sideBySide,
    answers: new Tally().settle(0, []),
    samples: { heap: [], native: [], rss: [], descriptors: [], connections: [], delay: [] },
  };
}
