/// <reference path="../stats/jstat.d.ts" />
import jStat from 'jstat';
import type { PhaseFigures } from '../figures.js';
import { describeLimits } from '../machine.js';
import { meritOf, type Plan } from '../plan.js';
import type { Results } from '../result.js';
import { CONFIDENCE, type Comparison, canTell } from '../stats/compare.js';
import { median } from '../stats/median.js';
import type { Control, Paired, Row } from '../summary.js';
import { ratesOf } from './calibration.js';
import {
  count,
  list,
  micros,
  oneLine,
  percent,
  percentMore,
  plainNumber,
  plural,
  ratio,
  scenarioName,
  wrap,
} from './format.js';

/** A fact about the run: what it is about, and the fact. */
export interface Fact {
  term: string;
  text: string;
}

/** What was run, on what, and what was found out before. */
export function runFacts(results: Results): Fact[] {
  const { machine, postgres, plan, generators, commit, dirty } = results;
  const { cpu, cores, memory, platform, kernel } = machine;
  const size = `${Math.round(memory / 2 ** 30)} GiB`;
  const facts: [string, string][] = [
    ['plan', describePlan(plan)],
    ...describeLoads(plan).map((text): [string, string] => ['load', text]),
    [
      'machine',
      `${cpu}, ${plural(cores, 'core')}, ${size}, ${platform}, kernel ${kernel}${describeLimits(machine)}`,
    ],
    ['cores', describePinning(results)],
    [
      'versions',
      [
        `Node ${machine.node}`,
        describeDriver(results),
        `PostgreSQL ${postgres.version}${postgres.embedded ? ' (embedded)' : ''}`,
        ...generators.map(({ name, version }) => `${name} ${version}`),
      ]
        .filter(Boolean)
        .join(', '),
    ],
    [
      'targets',
      results.targets
        .map(({ name, framework, version, runtime, breaks }) => {
          const what = [framework ?? 'not of this repository', version].filter(Boolean).join(' ');
          const facts = [what, runtime, breaks && `breaks ${breaks.join(' and ')}`];
          return `${name} (${facts.filter(Boolean).join(', ')})`;
        })
        .join(', '),
    ],
    ...describeCalibration(results),
    ['commit', `${commit ?? 'none'}${dirty ? ', with changes that are in no commit' : ''}`],
    ['command', results.command],
  ];
  return facts.map(([term, text]) => ({ term, text: oneLine(text) }));
}

/** What servers read rows by, and whether that is what everybody has who installs it. */
export function describeDriver({ targets }: Pick<Results, 'targets'>): string {
  const byDriver = Map.groupBy(
    targets.filter(({ framework }) => framework !== null),
    ({ driver }) =>
      driver
        ? `${driver.name} ${driver.version} ${driver.patch ? `with ${driver.patch}` : 'as published'}`
        : 'a driver that was not recorded',
  );
  const only = byDriver.size === 1 && targets.every(({ framework }) => framework !== null);
  return [...byDriver]
    .map(([driver, of]) => (only ? driver : `${driver} (${list(of.map(({ name }) => name))})`))
    .join(', ');
}

/** The same as lines of text, as wide as they may be. */
export function describeRun(results: Results, width = 120): string {
  const facts = runFacts(results);
  const indent = Math.max(...facts.map(({ term }) => term.length)) + 2;
  return facts
    .flatMap(({ term, text }, index) => {
      const shown = facts[index - 1]?.term === term ? '' : term;
      // A command is there to be copied.
      const lines = term === 'command' ? [text] : wrap(text, width - indent);
      return lines.map((line, row) => (row === 0 ? shown : '').padEnd(indent) + line);
    })
    .join('\n');
}

function describePlan(plan: Plan): string {
  const { contenders, control, events, rounds, connections, seed } = plan;
  const settings = (of: (contender: Plan['contenders'][number]) => string | number) =>
    [...new Set(contenders.map(of))].join(', ');
  return [
    `${plural(contenders.length, 'contender')}${control ? ` and ${control.name}` : ''}`,
    plan.scenario ? `scenario ${scenarioName(plan.scenario)}` : plural(events.length, 'event'),
    plural(rounds, 'round'),
    plural(connections, 'connection'),
    `workers ${settings(({ workers }) => workers)}`,
    `pool ${settings(({ poolSize }) => poolSize)}`,
    `up to ${plan.warmUp.limit} s of warm-up until steady`,
    `seed ${seed}`,
  ].join(', ');
}

/** What each phase asks of the servers. */
function describeLoads({ saturation, fixedRate, scenario }: Plan): string[] {
  const loads: string[] = [];
  if (saturation) {
    const { generator, duration } = saturation;
    loads.push(`saturation: as much as they take, ${generator}, ${duration} s (closed loop)`);
  }
  if (fixedRate) {
    const { duration, rounds } = fixedRate;
    const when = rounds === undefined ? '' : `, in ${plural(rounds, 'round')}`;
    loads.push(
      `fixed rate: one rate for all, k6, ${duration} s${when} (open model: latency is from here)`,
    );
  }
  if (scenario) {
    const { duration, rate } = scenario;
    const what = rate === null ? '' : `, 100 % is ${count(rate)} requests/s`;
    loads.push(`scenario ${scenarioName(scenario)}: k6, ${duration} s${what}`);
  }
  return loads;
}

function describePinning({ pinning, postgres, plan, targets }: Results): string {
  if (!pinning) return 'nothing is pinned: server, PostgreSQL and generator share all cores';
  const name = (cores: string) => `${cores.includes(',') ? 'cores' : 'core'} ${cores}`;
  const { server, others, shared: oneCore } = pinning;
  const shared = postgres.embedded
    ? `PostgreSQL and the generator share ${name(others)}`
    : `the generator on ${name(others)}; PostgreSQL is not pinned`;
  const who = plan.contenders.length === 1 ? 'the server' : 'each server';
  const foreign = targets.some(({ framework }) => framework === null);
  const rest = foreign ? '; a server that is named by URL is where it is' : '';
  const threads = oneCore ? ' (threads of one physical core, which slow each other down)' : '';
  return `${who} on ${name(server)}; ${shared}${threads}${rest}`;
}

/** What was found out before the first round. */
function describeCalibration(results: Results): [string, string][] {
  const { k6 } = results.calibration;
  const facts: [string, string][] = [];
  if (k6) {
    const cost = `${micros(k6.cost)} µs each`;
    const ceiling = `at most ${count(k6.ceiling)} requests/s`;
    facts.push(['calibration', `k6 sends ${ceiling} to a server that does nothing, ${cost}`]);
  }
  const rates = ratesOf(results).map(({ event, rate, slowest, ofSlowest }) => {
    if (!slowest) return `${event} ${count(rate)}`;
    const capacity = `${slowest.name}'s ${count(slowest.throughput)}`;
    return `${event} ${count(rate)} (${ofSlowest === undefined ? '' : `${percent(ofSlowest)} `}of ${capacity})`;
  });
  if (rates.length > 0) {
    facts.push(['rates', `requests/s, of what the slowest can take: ${rates.join(', ')}`]);
  }
  return facts;
}

/** At what load figures hold, in words: made of the record that holds them, and of nothing else. */
export function describeLoad({ phase, rate }: Pick<PhaseFigures, 'phase' | 'rate'>): string {
  if (phase === 'scenario') return 'over the scenario';
  if (rate === null) return 'at saturation';
  return `at ${count(rate)} requests/s, the same for all`;
}

/** Rows whose figures hold at one load, and its name. */
export interface Loaded {
  load: string;
  rows: Row[];
}

/**
 * The rows by the load at which their figures hold: what stands under one title holds at that load. Rows without figures
 * stand with the first.
 *
 * @param recordOf what the figures are read from
 * @returns nothing where no row has figures
 */
export function byLoad(rows: Row[], recordOf: (row: Row) => PhaseFigures | undefined): Loaded[] {
  const loadOf = (row: Row) => {
    const record = recordOf(row);
    return record && describeLoad(record);
  };
  const loads = [...new Set(rows.flatMap((row) => loadOf(row) ?? []))];
  return loads.map((load) => ({
    load,
    rows: rows.filter((row) => (loadOf(row) ?? loads[0]) === load),
  }));
}

/** How often chance leaves the truth out of a 95 % interval. */
const CHANCE = 1 - CONFIDENCE;

/** How far the run is to be trusted, in words. */
export function describeControl({ name, of, comparisons }: Control): string {
  const who = `A/A: ${name} against ${of}`;
  const blind = comparisons.filter(({ comparison }) => !canTell(comparison));
  if (blind.length === comparisons.length) {
    return oneLine(
      `${who}: this run can tell nothing: it would have missed a difference of 100 % in every event.`,
    );
  }
  const smallest = comparisons.map(({ comparison }) => comparison.smallestDifference);
  const range = [...new Set([Math.min(...smallest), Math.max(...smallest)].map(percentMore))];
  const seen = `The smallest difference that it could see: ${range.join(' to ')}`;
  const cannot =
    blind.length > 0 ? ` It can tell nothing of ${list(blind.map(({ event }) => event))}.` : '';
  return oneLine(
    `${who}: ${verdictOf(comparisons)}. ${seen}${range.length > 1 ? ', by event' : ''}.${cannot}`,
  );
}

function verdictOf(comparisons: Paired[]): string {
  const beyond = excludingOne(comparisons);
  const intervals = plural(comparisons.length, 'interval');
  const expected = `by chance alone ${plainNumber(CHANCE * 100)} %, or ${plainNumber(comparisons.length * CHANCE)}`;
  const counted = `${beyond.length} of ${intervals} ${beyond.length === 1 ? 'excludes' : 'exclude'} 1 (${expected})`;
  const called = comparisons.filter(({ differs }) => differs).map(({ event }) => event);
  if (called.length > 0) {
    return `a difference in ${list(called)}, where there is none; ${counted}: trust this run no further than that`;
  }
  if (beyond.length === 0) return `no difference in any event, as it should be; ${counted}`;
  const events = list(beyond.map(({ event }) => event));
  return isMoreThanChance(comparisons)
    ? `${counted}, of ${events}: more than chance explains, trust this run no further than that`
    : `${counted}, of ${events}`;
}

/** Those whose interval leaves out 1: of a server and itself, the truth. */
const excludingOne = (comparisons: Paired[]) =>
  comparisons.filter(({ comparison: { t } }) => t.low > 1 || t.high < 1);

/** Whether so many intervals that leave out 1 would come of chance less often than once in 20 runs (binomial). */
export function isMoreThanChance(comparisons: Paired[]): boolean {
  const beyond = excludingOne(comparisons).length;
  return beyond > 0 && 1 - jStat.binomial.cdf(beyond - 1, comparisons.length, CHANCE) < CHANCE;
}

/** What became more or less expensive since a commit, in words. */
export function describeChanges(changes: Paired[], against: string): string {
  if (changes.length === 0) return `nothing could be compared with ${against}`;
  const lines = changes
    .filter(({ differs }) => differs)
    .map(({ name, event, comparison }) => {
      const what = comparison.ratio > 1 ? 'dearer' : 'cheaper';
      return `${what} than in ${against}: ${name} ${event} ${describeRatio(comparison)}`;
    });
  if (lines.length > 0) return lines.join('\n');
  const telling = changes.filter(({ comparison }) => canTell(comparison));
  if (telling.length === 0)
    return `this run can tell nothing about ${against}: it is too short, or the machine too busy`;
  const smallest = telling.map(({ comparison }) => comparison.smallestDifference);
  const seen = `this run could see ${percentMore(median(smallest))} (median)`;
  const blind = changes.length - telling.length;
  return `no difference to ${against}; ${seen}${blind > 0 ? `, and can tell nothing in ${blind} of ${plural(changes.length, 'comparison')}` : ''}`;
}

/** A ratio of costs with its 95 % interval. */
export function describeRatio({ ratio: mean, t }: Comparison): string {
  return `×${ratio(mean)} [${ratio(t.low)}, ${ratio(t.high)}]`;
}

/** What a comparison says that is no difference. */
export const describeSame = (comparison: Comparison) =>
  canTell(comparison) ? 'no difference' : 'cannot tell';

/** How a contender compares with the cheapest, in words; 95 % interval. */
export function describeComparison({ comparison, differs, cost }: Row, rows: Row[]): string {
  if (cost === undefined) return '';
  if (!comparison) return rows[0]?.cost === cost ? 'cheapest' : 'too few rounds to compare';
  const interval = describeRatio(comparison);
  return differs ? interval : `${interval} ${describeSame(comparison)}`;
}

/** The number of a contender's group; undefined where it was compared with nothing. */
export function groupOf({ group, comparison }: Row, rows: Row[]): number | undefined {
  return comparison || rows.some((other) => other.comparison) ? group : undefined;
}

/** The contenders that do not differ from the cheapest of their group, in words, a line a group. */
export function describeTies(rows: Row[]): string[] {
  const groups = Map.groupBy(rows, (row) => groupOf(row, rows));
  return [...groups].flatMap(([group, tied]) => {
    if (group === undefined || tied.length < 2) return [];
    const names = list(tied.map(({ name }) => oneLine(name)));
    const isTold = tied.every(({ comparison }) => !comparison || canTell(comparison));
    return [
      `${group}: ${isTold ? 'no difference between' : 'this run cannot tell apart'} ${names}`,
    ];
  });
}

/** The rounds that are void in the phase that ranks, in words; undefined where none is. */
export function describeVoids({ faults }: Row, { plan }: Results): string | undefined {
  const merit = meritOf(plan);
  const voids = new Set(faults.flatMap(({ phase, rounds }) => (phase === merit ? rounds : [])));
  return voids.size > 0 ? `${voids.size} of ${plan.rounds} void` : undefined;
}

/** What costs are compared with, where there is something to compare. */
export const baselineOf = (rows: Row[]): string | undefined =>
  rows.some(({ comparison }) => comparison) ? rows[0]?.name : undefined;
