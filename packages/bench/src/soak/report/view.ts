import { count, list, NONE, oneLine, plural } from '../../output/format.js';
import { type Style, stylesFor } from '../../output/report/curves.js';
import { linear, type Scale } from '../../output/report/scale.js';
import { clock } from '../../progress.js';
import { type Finding, judge, type Verdict } from '../judge.js';
import { type Metric, metrics } from '../metrics.js';
import type { ServerResult, SoakResults } from '../result.js';
import { describeBusy, describeTrend, figure, unitOf } from '../words.js';
import { type Fact, factsOf } from './facts.js';

/** All that the page shows, in the words and places in which it shows it. */
export interface View {
  title: string;
  subtitle: string;
  findings: { severity: 'bad' | 'doubt' | 'good'; badge: string; text: string }[];
  /** Of each server, a verdict by metric. */
  matrix: { name: string; cells: { verdict: Verdict; text: string }[] }[];
  metrics: MetricView[];
  answers: { name: string; texts: string[]; isBad: boolean }[];
  examples: { name: string; at: string; event: string; why: string }[];
  faults: { name: string; times: number; seconds: string; isOfDatabase: boolean }[];
  facts: Fact[];
  charts: {
    styles: Style[];
    metrics: Record<string, { title: string; unit: string; per: number }>;
  };
  /** What the download is called. */
  file: string;
}

interface MetricView extends Omit<Metric, 'limit'> {
  slopeUnit: string;
  limit: { text: string; at: string };
  scale: Scale;
  rows: SlopeRow[];
}

interface SlopeRow {
  name: string;
  style: Style | undefined;
  verdict: Verdict;
  middle: string;
  slope: string;
  /** On the scale; undefined where there is no slope. */
  mark: { from: string; at: string; to: string } | undefined;
}

/** So many wrong answers of a server are shown. */
const EXAMPLES = 5;

export function viewOf(results: SoakResults): View {
  const { servers, plan, startedAt, machine, commit } = results;
  const found = judge(results);
  const styles = stylesFor(servers.map(({ name }) => name));
  return {
    title: `Soak of ${plural(servers.length, 'server')}, ${clock(plan.duration)} min`,
    subtitle: oneLine(
      `${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${machine.cpu}, ${plural(machine.cores, 'core')}, Node ${machine.node}, commit ${commit ?? 'none'}`,
    ),
    findings: findingsOf(results, found),
    matrix: servers.map(({ name }) => ({
      name,
      cells: found
        .filter((one) => one.name === name)
        // Broken before the interval, where at all.
        .map((one) => ({
          verdict: one.verdict,
          text: describeTrend(one).replace(', ', ',\u00a0'),
        })),
    })),
    metrics: metrics.map((metric) => metricViewOf(metric, found, styles)),
    answers: servers.map(answersOf),
    examples: servers.flatMap(({ name, answers }) =>
      answers.examples.slice(0, EXAMPLES).map(({ at, event, why }) => ({
        name,
        at: clock(at),
        event,
        why: oneLine(why),
      })),
    ),
    faults: faultsOf(servers),
    facts: factsOf(results),
    charts: {
      styles,
      metrics: Object.fromEntries(
        metrics.map(({ name, title, unit, per }) => [name, { title, unit, per }]),
      ),
    },
    file: `soak-${startedAt.slice(0, 19)}-${commit ?? 'no-commit'}.json`.replace(/[^\w.-]/g, '-'),
  };
}

function findingsOf(results: SoakResults, found: Finding[]): View['findings'] {
  const { servers, interrupted, plan } = results;
  const bad = (badge: string, text: string) => ({ severity: 'bad' as const, badge, text });
  const judged = (metric: Metric, severity: 'bad' | 'doubt', badge: Verdict) => {
    const own = found.filter((one) => one.metric === metric && one.verdict === badge);
    if (own.length === 0) return [];
    return [{ severity, badge, text: `${metric.title}: ${list(own.map(({ name }) => name))}` }];
  };
  const wrong = servers.flatMap(({ name, answers: { wrong, dropped } }) =>
    wrong + dropped > 0 ? [`${name} ${count(wrong + dropped)}`] : [],
  );
  const findings: View['findings'] = [
    ...(interrupted ? [bad('interrupted', 'It was ended before its time.')] : []),
    ...servers.flatMap(({ name, died }) =>
      died ? [bad('died', `${name}: ${oneLine(died)}`)] : [],
    ),
    ...(wrong.length > 0 ? [bad('wrong answers', list(wrong))] : []),
    ...metrics.flatMap((metric) => [
      ...judged(metric, 'bad', 'rising'),
      ...judged(metric, 'doubt', 'not measured'),
    ]),
    ...metrics.flatMap((metric) => judged(metric, 'doubt', 'cannot tell')),
  ];
  const busy = describeBusy(results);
  if (busy) findings.push({ severity: 'doubt', badge: 'busy', text: busy });
  if (findings.length > 0) return findings;
  const about = plan.faultInterval === null ? '' : ', faults or not';
  return [{ severity: 'good', badge: 'nothing rises', text: `Every answer was right${about}.` }];
}

function metricViewOf(metric: Metric, found: Finding[], styles: Style[]): MetricView {
  const own = found.filter((one) => one.metric === metric);
  const ends = own.flatMap(({ trend }) => (trend ? [trend.low, trend.high] : []));
  const { limit } = metric;
  const scale = linear(Math.min(-limit, ...ends), Math.max(limit, ...ends));
  return {
    ...metric,
    ...{ slopeUnit: unitOf(metric), scale },
    limit: { text: `${figure(limit)} ${unitOf(metric)}`, at: scale.at(limit) },
    rows: own.map(({ name, trend, verdict }) => ({
      ...{ name, verdict, style: styles.find((style) => style.name === name) },
      middle: trend ? figure(trend.middle) : NONE,
      slope: describeTrend({ trend }),
      mark: trend && {
        ...{ from: scale.at(trend.low), at: scale.at(trend.slope), to: scale.at(trend.high) },
      },
    })),
  };
}

function answersOf({ name, capacity, rate, answers, died }: ServerResult): View['answers'][number] {
  const { sent, right, excused, wrong, dropped } = answers;
  return {
    name,
    texts: [capacity, rate, sent, right, excused, wrong, dropped].map(count),
    isBad: wrong + dropped > 0 || died !== null,
  };
}

/** Of each fault, how often it was injected, and how long it was felt each time. */
function faultsOf([first]: ServerResult[]): View['faults'] {
  const windows = first?.faults ?? [];
  return [...new Set(windows.map(({ fault }) => fault))].map((name) => {
    const own = windows.filter(({ fault }) => fault === name);
    const mean = own.reduce((sum, { from, to }) => sum + to - from, 0) / own.length;
    return {
      ...{ name, times: own.length, seconds: mean.toFixed(1) },
      isOfDatabase: own.some(({ isOfDatabase }) => isOfDatabase),
    };
  });
}
