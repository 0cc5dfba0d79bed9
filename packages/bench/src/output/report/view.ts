import { namesOf } from '../../plan.js';
import type { Results } from '../../result.js';
import { controlOf, type EventSummary, summarise } from '../../summary.js';
import { ratesOf } from '../calibration.js';
import { describeControl, describeDriver, type Fact, runFacts } from '../describe.js';
import { eventFindings, type Finding, runFindings } from '../findings.js';
import { count, list, NONE, oneLine, percent, plural, scenarioName } from '../format.js';
import { type StartSummary, startsOf } from '../starts.js';
import { type Charts, chartsOf } from './curves.js';
import { type DotInput, type DotPlot, dotPlotOf } from './dots.js';
import { type EventView, eventViewOf } from './event.js';
import { type ControlPlot, controlPlotOf, type Forest, forestOf } from './forest.js';

/** All that the page shows, in the words and places in which it shows it. */
export interface View {
  title: string;
  subtitle: string;
  findings: Finding[];
  /** What is void or not steady, in a line; and whether nothing is. */
  validity: { text: string; good: boolean };
  /** The events of which there is something to say. */
  doubtful: string[];
  forest: Forest;
  control: { text: string; plot: ControlPlot } | null;
  events: EventView[];
  starts: DotPlot<StartItem>;
  facts: Fact[];
  rates: { event: string; texts: string[] }[];
  charts: Charts;
  /** What the download is called. */
  file: string;
}

/** How a contender started. */
interface StartItem extends DotInput {
  readyAfter: string;
  memory: string;
  read: string;
  answered: string;
}

/** @param summaries of the same run: they take a while */
export function viewOf(results: Results, summaries: EventSummary[] = summarise(results)): View {
  const { plan, startedAt, machine, commit } = results;
  const control = controlOf(results);
  const what = plan.scenario
    ? `scenario ${scenarioName(plan.scenario)}`
    : plural(plan.events.length, 'event');
  return {
    title: `${plural(plan.contenders.length, 'contender')}, ${what}, ${plural(plan.rounds, 'round')}`,
    subtitle: oneLine(
      [
        `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
        machine.cpu,
        plural(machine.cores, 'core'),
        `Node ${machine.node}`,
        describeDriver(results),
        `commit ${commit ?? 'none'}`,
      ]
        .filter(Boolean)
        .join(', '),
    ),
    findings: runFindings(results, control, summaries),
    validity: validityOf(results),
    doubtful: summaries
      .filter((summary) => eventFindings(summary, results).length > 0)
      .map(({ event }) => event),
    forest: forestOf(summaries, results),
    control: control ? { text: describeControl(control), plot: controlPlotOf(control) } : null,
    events: summaries.map((summary) => eventViewOf(summary, results)),
    starts: startPlotOf(results),
    // The rates have a table of their own.
    facts: runFacts(results).filter(({ term }) => term !== 'rates'),
    rates: ratesOf(results).map(({ event, rate, slowest, ofSlowest, ofCeiling }) => ({
      event,
      texts: [
        count(rate),
        slowest ? slowest.name : NONE,
        slowest ? count(slowest.throughput) : NONE,
        ofSlowest === undefined ? NONE : percent(ofSlowest),
        ofCeiling === undefined ? NONE : percent(ofCeiling),
      ],
    })),
    charts: chartsOf(summaries, results),
    file: `${startedAt.slice(0, 19)}-${commit ?? 'no-commit'}.json`.replace(/[^\w.-]/g, '-'),
  };
}

/** How many of the measurements say something. */
function validityOf({ cells, plan }: Results): View['validity'] {
  const phases = cells.flatMap((cell) => Object.values(cell.phases));
  const valid = phases.filter((phase) => phase.void === null).length;
  const warmUps = cells.flatMap(({ warmUp }) => warmUp ?? []);
  const steady = warmUps.filter((warmUp) => warmUp.steady).length;
  const planned = namesOf(plan).length * plan.events.length * plan.rounds;
  const facts = [
    `${count(valid)} of ${plural(phases.length, 'measurement')} valid`,
    ...(warmUps.length > 0
      ? [`${count(steady)} of ${plural(warmUps.length, 'warm-up')} steady`]
      : []),
    `${count(cells.length)} of ${plural(planned, 'planned cell')} measured`,
  ];
  const good =
    valid === phases.length && steady === warmUps.length && cells.length === planned && valid > 0;
  return { text: list(facts), good };
}

function startPlotOf(results: Results): DotPlot<StartItem> {
  const shown = (value: number | undefined) => (value === undefined ? NONE : count(value));
  const items = startsOf(results).map(
    ({ name, times, readyAfter, memory, rows }: StartSummary): StartItem => ({
      name,
      values: times,
      median: readyAfter,
      readyAfter: shown(readyAfter),
      memory: shown(memory === undefined ? undefined : memory / 2 ** 20),
      read: shown(rows?.read),
      answered: shown(rows?.answered),
    }),
  );
  return dotPlotOf(items, results.plan.rounds, 'ms', count);
}
