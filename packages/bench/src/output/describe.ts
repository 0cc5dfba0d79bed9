import { describeLimits } from '../machine.js';
import { meritOf, type Plan } from '../plan.js';
import type { Results } from '../result.js';
import type { Comparison } from '../stats/compare.js';
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
  plural,
  ratio,
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
        `PostgreSQL ${postgres.version}${postgres.embedded ? ' (embedded)' : ''}`,
        ...generators.map(({ name, version }) => `${name} ${version}`),
      ].join(', '),
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
    plan.scenario ? `scenario ${plan.scenario.name}` : plural(events.length, 'event'),
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
    const { name, duration, rate } = scenario;
    const what = rate === null ? '' : `, 100 % is ${count(rate)} requests/s`;
    loads.push(`scenario ${name}: k6, ${duration} s${what}`);
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
    return `${event} ${count(rate)} (${percent(ofSlowest ?? 0)} of ${capacity})`;
  });
  if (rates.length > 0) {
    facts.push(['rates', `requests/s, of what the slowest can take: ${rates.join(', ')}`]);
  }
  return facts;
}

/** At what load an event's costs were compared. */
export function describeMerit(plan: Plan, event: string): string {
  const merit = meritOf(plan);
  if (merit === 'fixedRate') {
    return `at ${count(plan.fixedRate?.rates[event] ?? 0)} requests/s, the same for all`;
  }
  return merit === 'scenario' ? 'over the scenario' : 'at saturation';
}

/** How far the run is to be trusted, in words. */
export function describeControl({ name, of, comparisons }: Control): string {
  const called = comparisons.filter(({ differs }) => differs).map(({ event }) => event);
  const smallest = comparisons.map(({ comparison }) => comparison.smallestDifference);
  const range = [...new Set([Math.min(...smallest), Math.max(...smallest)].map(percentMore))];
  const verdict =
    called.length === 0
      ? 'no difference in any event, as it should be'
      : `a difference in ${list(called)}, where there is none: trust this run no further than that`;
  const seen = `The smallest difference that it could see: ${range.join(' to ')}`;
  return oneLine(
    `A/A: ${name} against ${of}: ${verdict}. ${seen}${range.length > 1 ? ', by event' : ''}.`,
  );
}

/** What became dearer or cheaper since a commit, in words. */
export function describeChanges(changes: Paired[], against: string): string {
  if (changes.length === 0) return `nothing could be compared with ${against}`;
  const lines = changes
    .filter(({ differs }) => differs)
    .map(({ name, event, comparison }) => {
      const what = comparison.ratio > 1 ? 'dearer' : 'cheaper';
      return `${what} than in ${against}: ${name} ${event} ${describeRatio(comparison)}`;
    });
  const smallest = changes.map(({ comparison }) => comparison.smallestDifference);
  const seen = `this run could see ${percentMore(median(smallest))} (median)`;
  return lines.length > 0 ? lines.join('\n') : `no difference to ${against}; ${seen}`;
}

/** A ratio of costs with its 95 % interval. */
export function describeRatio({ ratio: mean, t }: Comparison): string {
  return `×${ratio(mean)} [${ratio(t.low)}, ${ratio(t.high)}]`;
}

/** How a contender compares with the cheapest, in words; 95 % interval. */
export function describeComparison({ comparison, differs, cost }: Row, rows: Row[]): string {
  if (cost === undefined) return '';
  if (!comparison) return rows[0]?.cost === cost ? 'cheapest' : 'too few rounds to compare';
  const interval = describeRatio(comparison);
  return differs ? interval : `${interval} no difference`;
}

/** The number of a contender's group; undefined where it was compared with nothing. */
export function groupOf({ group, comparison }: Row, rows: Row[]): number | undefined {
  return comparison || rows.some((other) => other.comparison) ? group : undefined;
}

/** The contenders that do not differ from the cheapest of their group, in words, a line a group. */
export function describeTies(rows: Row[]): string[] {
  const groups = Map.groupBy(rows, (row) => groupOf(row, rows));
  return [...groups].flatMap(([group, tied]) =>
    group === undefined || tied.length < 2
      ? []
      : [`${group}: no difference between ${list(tied.map(({ name }) => oneLine(name)))}`],
  );
}
