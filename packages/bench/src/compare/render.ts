import { list, percentMore, plainNumber } from '../output/format.js';
import type { Results } from '../result.js';
import { canTell } from '../stats/compare.js';
import type { Change, LeftOut } from './changes.js';
import type { Condition } from './gate.js';
import { metrics } from './metrics.js';

/** What came of a comparison of two runs. */
export interface Report {
  from: Results;
  to: Results;
  relativeTo: string | undefined;
  /** What speaks against comparing them, where it was done all the same. */
  obstacles: string[];
  changes: Change[];
  leftOut: LeftOut[];
  gates: { condition: Condition; breaches: Change[] }[];
}

const columns = ['target', 'metric', 'from', 'to', 'change', ''];

/** For a terminal. */
export function renderText(report: Report): string {
  const all = report.changes.map(cellsOf);
  const widths = columns.map((title, column) =>
    Math.max(...[title, ...all.map((cells) => String(cells[column]))].map(({ length }) => length)),
  );
  const line = (cells: string[]) =>
    `  ${cells.map((cell, column) => (column === 2 || column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd();
  return [
    ...head(report),
    ...byEvent(report).flatMap(([event, changes]) => [
      '',
      event,
      ...[columns, ...changes.map(cellsOf)].map(line),
    ]),
    '',
    ...foot(report),
  ].join('\n');
}

/** For a pull request. */
export function renderMarkdown(report: Report): string {
  const row = (cells: string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [
    '## Heptathlon: what changed',
    '',
    ...head(report).map((line) => `${escaped(line)}  `),
    ...byEvent(report).flatMap(([event, changes]) => [
      '',
      `### ${escaped(event)}`,
      '',
      row(columns),
      '| --- | --- | ---: | ---: | --- | --- |',
      ...changes.map((change) => row(cellsOf(change))),
    ]),
    '',
    ...foot(report).map((line) => `${escaped(line)}  `),
    '',
  ].join('\n');
}

function head({ from, to, relativeTo, obstacles }: Report): string[] {
  const name = ({ startedAt, commit, dirty }: Results) =>
    `${startedAt.slice(0, 16).replace('T', ' ')}, commit ${commit ?? 'none'}${dirty ? ' with changes' : ''}`;
  return [
    `from ${name(from)}`,
    `to   ${name(to)}`,
    ...(relativeTo ? [`all figures relative to ${relativeTo}, round by round`] : []),
    ...obstacles.map((obstacle) => `not to be compared: ${obstacle}`),
  ];
}

/** Of each event what belongs to a target together. */
function byEvent({ changes }: Report): [string, Change[]][] {
  const events = [...Map.groupBy(changes, ({ event }) => event)];
  return events.map(([event, all]) => [
    event,
    [...Map.groupBy(all, ({ name }) => name).values()].flat(),
  ]);
}

function cellsOf({ name, metric, load, from, to, comparison, differs }: Change): string[] {
  const { ratio, t } = comparison;
  const interval = `×${ratio.toFixed(3)} [${t.low.toFixed(3)}, ${t.high.toFixed(3)}]`;
  const verdict = differs
    ? ratio > 1
      ? 'more'
      : 'less'
    : canTell(comparison)
      ? `no difference; could see ${percentMore(comparison.smallestDifference)}`
      : 'cannot tell';
  const what = `${metric} ${load}`;
  return [name, what, plainNumber(from), plainNumber(to), interval, verdict];
}

function foot({ leftOut, gates, changes }: Report): string[] {
  const used = Object.entries(metrics).filter(([name]) =>
    changes.some(({ metric }) => metric === name),
  );
  return [
    ...leftOutLines(leftOut),
    ...gates.flatMap(({ condition, breaches }) =>
      breaches.length === 0
        ? [`passed: nothing has ${condition.text}`]
        : breaches.map(
            ({ event, name, metric, comparison }) =>
              `FAILED: ${event} ${name} has ${condition.text}: ${metric} ×${comparison.ratio.toFixed(3)}`,
          ),
    ),
    `${used.map(([name, { unit }]) => `${name}: ${unit}`).join('; ')}. Medians over the rounds; the change is the ratio of`,
    'geometric means with a 95 % interval (Welch). No difference where chance explains it (Holm, over all cells).',
  ];
}

/** Why figures were left out, a line for each metric and reason. */
function leftOutLines(leftOut: LeftOut[]): string[] {
  const same = Map.groupBy(leftOut, ({ metric, reason }) => `${metric}: ${reason}`);
  return [...same.values()].map((group) => {
    const { metric, reason } = group[0] as LeftOut;
    const byEvent = Map.groupBy(group, ({ event }) => event);
    const names = new Set([...byEvent.values()].map((each) => list(each.map(({ name }) => name))));
    const events = list([...byEvent.keys()]);
    const who =
      names.size === 1 ? `${[...names][0]}` : list([...new Set(group.map(({ name }) => name))]);
    return `left out: ${metric} of ${who} in ${events}: ${reason}`;
  });
}

/** The same in one line. */
export const describeLeftOut = (leftOut: LeftOut[]): string => leftOutLines(leftOut).join('; ');

/** What Markdown would take for its own. */
const escaped = (text: string) => text.replace(/[\\|*_`<>[\]]/g, '\\$&');
