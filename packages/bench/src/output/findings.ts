import { describeSaturation } from '../fault.js';
import { meritOf } from '../plan.js';
import type { Results } from '../result.js';
import { canTell } from '../stats/compare.js';
import { type Control, changesOf, type EventSummary, type Row } from '../summary.js';
import { describeControl, describeLoad, describeRatio, isMoreThanChance } from './describe.js';
import { mergeFaults } from './faults.js';
import { count, describeRounds, list, percent, phaseNames } from './format.js';

/** Something that a reader has to know before trusting a figure. */
export interface Finding {
  /** The kind, in a word or two. */
  badge: string;
  /** `bad`: there is no figure, or none to be trusted; `doubt`: there is one, to be read with care. */
  severity: 'bad' | 'doubt';
  /** The contenders of which it is said; none: the whole run. */
  names: string[];
  reason: string;
}

/** A server that used less of its time, void or not, was hardly saturated. */
const SERVER_WORKED = 0.8;

/** More than this share of the machine's time taken by another is worth saying, void or not. */
const STOLEN = 0.01;

/**
 * All that is to be said about the run as a whole.
 *
 * @param summaries of the same run: they take a while
 */
export function runFindings(
  results: Results,
  control: Control | undefined,
  summaries: EventSummary[],
): Finding[] {
  const found: Finding[] = [];
  const say = (severity: Finding['severity'], badge: string, reason: string) =>
    found.push({ badge, severity, names: [], reason });
  if (results.interrupted) {
    say('bad', 'interrupted', 'the run was ended before all was measured');
  }
  const differing = control?.comparisons.filter(({ differs }) => differs) ?? [];
  if (control && differing.length > 0) {
    const events = list(differing.map(({ event }) => event));
    const what = `${control.name} and ${control.of} are the same server, and differ in ${events}`;
    say('bad', 'A/A', `${what}: trust this run no further than that`);
  } else if (control && isMoreThanChance(control.comparisons)) {
    say('bad', 'A/A', describeControl(control));
  }
  const compared = summaries.flatMap(({ rows }) => rows.flatMap((row) => row.comparison ?? []));
  if (compared.length > 0 && !compared.some(canTell)) {
    say(
      'bad',
      'can tell nothing',
      'this run would have missed differences of 100 %: measure more rounds, or on a machine that is less busy',
    );
  }
  for (const { name, of, event, comparison, differs } of changesOf(results)) {
    if (!differs || comparison.ratio < 1) continue;
    const reason = `${event} costs more than that of ${of}: ${describeRatio(comparison)}`;
    found.push({ badge: 'dearer', severity: 'bad', names: [name], reason });
  }
  found.push(...rowsFindings(results));
  const usages = results.cells.flatMap(({ phases }) =>
    Object.values(phases).flatMap(({ usage }) => usage ?? []),
  );
  const stolen = usages.flatMap((usage) => usage.stolen ?? []).filter((share) => share > STOLEN);
  if (stolen.length > 0) {
    const most = percent(Math.max(...stolen));
    const where = `in ${count(stolen.length)} of ${count(usages.length)} measurements`;
    say('doubt', 'stolen', `${where} another took over 1 % of the machine's time, up to ${most}`);
  }
  const throttled = usages.filter((usage) => usage.throttled > 0);
  if (throttled.length > 0) {
    const most = count(Math.max(...throttled.map((usage) => usage.throttled)));
    const where = `in ${count(throttled.length)} of ${count(usages.length)} measurements`;
    say('doubt', 'throttled', `${where} CPU time was held back, up to ${most} ms`);
  }
  if (results.dirty) {
    say('doubt', 'dirty tree', 'files differed from the commit: this exact code may be in none');
  }
  if (results.plan.diagnostic) {
    say('doubt', 'diagnostic', 'a probe in the servers cost them time: compare with no other run');
  }
  if (results.plan.unproved) {
    say('doubt', 'unproved', 'no server had to keep the rule book: one that does less costs less');
  }
  if (!results.plan.control) {
    say('doubt', 'no A/A', 'no server ran against itself: what chance does was not measured');
  }
  return found;
}

/** Where PostgreSQL did not read what was answered. */
function rowsFindings({ starts, plan }: Results): Finding[] {
  const off = starts.flatMap(({ round, name, rows }) =>
    rows && rows.read < rows.answered ? [{ round, name, ...rows }] : [],
  );
  return [...Map.groupBy(off, ({ name }) => name)].map(([name, same]) => {
    const sum = (of: (round: (typeof off)[number]) => number) =>
      count(same.reduce((total, round) => total + of(round), 0));
    const rounds = describeRounds(
      same.map(({ round }) => round),
      plan.rounds,
    );
    const figures = `PostgreSQL read ${sum(({ read }) => read)} rows, the answers held ${sum(({ answered }) => answered)}`;
    return {
      badge: 'rows',
      severity: 'bad',
      names: [name],
      reason: `${rounds}: ${figures}: not every query was sent`,
    };
  });
}

/** All that is to be said about an event; what holds for several contenders is said once. */
export function eventFindings({ event, rows }: EventSummary, results: Results): Finding[] {
  const all = rows.flatMap((row) => rowFindings(row, event, results));
  const same = Map.groupBy(all, ({ badge, reason }) => `${badge}: ${reason}`);
  return [...same.values()].map((found) => ({
    ...(found[0] as Finding),
    names: found.flatMap(({ names }) => names),
  }));
}

/** All that is to be said about a contender under an event. */
export function rowFindings(row: Row, event: string, results: Results): Finding[] {
  const { rounds } = results.plan;
  const { name, faults, unsteady, phases } = row;
  const say = (severity: Finding['severity'], badge: string, reason: string): Finding => ({
    badge,
    severity,
    names: [name],
    reason,
  });
  const found = mergeFaults(faults).map(({ phase, reason, rounds: hit }) =>
    say('bad', 'void', `${phaseNames[phase]}, ${describeRounds(hit, rounds)}: ${reason}`),
  );
  const slack = phases.saturation;
  if (slack?.serverBusy && slack.serverBusy < SERVER_WORKED) {
    const { serverBusy } = slack;
    found.push(
      say(
        'doubt',
        'not saturated',
        `${describeLoad(slack)}, ${describeSaturation({ ...slack, serverBusy })}`,
      ),
    );
  }
  if (unsteady.length > 0) {
    const limit = `${results.plan.warmUp.limit} s`;
    const what = `its cost had not come to rest after ${limit} of warm-up`;
    found.push(say('doubt', 'not steady', `${describeRounds(unsteady, rounds)}: ${what}`));
  }
  const measured = results.cells.filter((cell) => cell.name === name && cell.event === event);
  if (measured.length < rounds) {
    const reason =
      measured.length === 0
        ? 'not measured in any round'
        : `measured in ${measured.length} of ${rounds} rounds`;
    found.push(say('bad', 'incomplete', reason));
  }
  return found;
}

/** Why a contender has no cost, in a word or two; undefined where it has one. */
export function whyNoCost({ cost, faults, phases }: Row, results: Results): string | undefined {
  if (cost !== undefined) return undefined;
  const merit = meritOf(results.plan);
  if (phases[merit]) return 'not on this machine';
  return faults.some(({ phase }) => phase === merit) ? 'void' : 'not measured';
}
