import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { explainDeath } from '../contender.js';
import { seeded, shuffled } from '../stats/random.js';
import { now } from './clock.js';
import { listFaults } from './faults.js';
import type { Setting } from './group.js';
import type { LoadProcess } from './load/process.js';
import { metrics } from './metrics.js';
import type { ServerResult, Window } from './result.js';
import { pacedOf, readAll, type Subject } from './subject.js';
import { Tally } from './tally.js';

/** How long a fault is felt after its end, in s: so long a request waits for its rows, and a pool for connections. */
const FELT = 1.5;

/** Of the warm-up, the part in which faults come at once. */
const STORM = 2 / 3;

/** Servers, and what came of each. */
interface Soaked {
  subjects: Subject[];
  results: ServerResult[];
  load: LoadProcess;
  sql: Sql;
  loadAverages: number[];
}

/** What goes on while they are loaded. */
interface Course extends Soaked, Pick<Setting, 'plan' | 'database' | 'progress'> {
  /** Aborted when the time is up, or something ends the run. */
  ended: AbortSignal;
  /** In s since the load began. */
  seconds(): number;
  windows: Window[];
}

/**
 * Loads, disturbs and samples servers until the time is up, or the signal.
 *
 * @throws {Error} where the load, or a fault, fails; what was sampled until then stands in the results
 */
export async function watch(soaked: Soaked, setting: Setting): Promise<void> {
  const { subjects, results, load } = soaked;
  const { plan, signal } = setting;
  const tallies = results.map(() => new Tally());
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), plan.duration * 1000);
  const ended = AbortSignal.any([signal, stop.signal]);
  const startedAt = now();
  const windows: Window[] = [];
  const seconds = () => (now() - startedAt) / 1000;
  load.pace(pacedOf(subjects, results), (reports) => {
    for (const [index, report] of reports.entries()) tallies[index]?.add(report);
  });
  for (const [index, { server }] of subjects.entries()) {
    void explainDeath(server).then((death) => {
      const result = results[index];
      if (result && !ended.aborted) result.died = death;
    });
  }
  const course: Course = { ...soaked, ...setting, ended, seconds, windows };
  const work = [sample(course), disturb(course)];
  try {
    await Promise.race([Promise.all(work), load.failure()]);
  } finally {
    clearTimeout(timer);
    stop.abort();
    await Promise.allSettled(work);
    await load.stop({ now: signal.aborted });
    for (const [index, result] of results.entries()) {
      result.faults = windows;
      result.answers = tallies[index]?.settle(startedAt, windows) ?? result.answers;
    }
  }
}

/** Looks at all of them, again and again. */
async function sample({ subjects, results, sql, loadAverages, ...course }: Course) {
  const { ended, seconds, plan, progress } = course;
  // One that is late is left out: to make up for it would be a load of its own.
  for (let due = 0; due < plan.duration; due = Math.max(due + plan.interval, seconds())) {
    await until(due, seconds, ended);
    if (ended.aborted) return;
    const at = round(seconds());
    for (const [index, reading] of (await readAll(subjects, sql)).entries()) {
      const result = results[index];
      result?.at.push(at);
      for (const { name } of metrics) result?.samples[name].push(reading[name]);
    }
    loadAverages.push(Math.round((loadavg()[0] ?? 0) * 10) / 10);
    progress.did(1);
    progress.doing(`${subjects.length} servers soaking`);
  }
  await until(plan.duration, seconds, ended);
}

/**
 * Injects all faults, one after the other, in another order each time. When the warm-up begins they come at once, without
 * a pause: what runs only where something goes wrong has to run often until its code is compiled. In the rest of it they
 * come as later: what was needed for so many faults is let go of.
 */
async function disturb({ subjects, database, windows, ended, seconds, plan }: Course) {
  if (plan.faultInterval === null) return;
  const place = { subjects, halt: database.halt };
  const random = seeded(plan.seed);
  let left = shuffled(listFaults(place), random);
  for (let due = 0; ; ) {
    await until(due, seconds, ended);
    // What is felt when the time is up would disturb nobody.
    const isLate = seconds() + plan.faultInterval > plan.duration;
    const fault = ended.aborted || isLate ? undefined : left.pop();
    if (!fault) return;
    const { name, isOfDatabase } = fault;
    const window = { fault: name, isOfDatabase, from: round(seconds()), to: plan.duration };
    windows.push(window);
    await fault.inject(place);
    window.to = round(seconds() + FELT);
    due = seconds() < plan.warmUp * STORM ? 0 : window.to + plan.faultInterval;
    if (left.length === 0) left = shuffled(listFaults(place), random);
  }
}

/** Waits until so many s are over, or it is ended. */
async function until(due: number, seconds: () => number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, (due - seconds()) * 1000), undefined, { signal }).catch(() => {});
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;
