import type { Results } from '../result.js';
import { controlOf, type EventSummary, summarise } from '../summary.js';
import {
  type Column,
  costColumns,
  loadColumns,
  MARK,
  nameColumns,
  startColumns,
} from './columns.js';
import { describeControl, describeMerit, describeRun, describeTies } from './describe.js';
import { eventFindings, type Finding, runFindings } from './findings.js';
import { list, oneLine, wrap } from './format.js';
import { startsOf } from './starts.js';

/** How wide a terminal is taken to be. */
const WIDTH = 120;

/** The results as tables for a terminal, one an event, the cheapest server first. */
export function renderTable(results: Results): string {
  const control = controlOf(results);
  // What A against A says stands above them.
  const findings = runFindings(results, control).filter(({ badge }) => badge !== 'A/A');
  return [
    describeRun(results, WIDTH),
    ...summarise(results).map((summary) => renderEvent(summary, results)),
    ['starts', ...align(startColumns, startsOf(results))].join('\n'),
    ...(control ? [wrap(describeControl(control), WIDTH).join('\n')] : []),
    ...(findings.length > 0
      ? [findings.flatMap((finding) => wrap(describeFinding(finding), WIDTH)).join('\n')]
      : []),
    legend,
  ].join('\n\n');
}

/** Costs first, then waits, capacity and memory: together they would be too wide. */
function renderEvent(summary: EventSummary, results: Results): string {
  const { event, rows } = summary;
  const [group, name] = nameColumns(event, rows, results) as [
    Column<(typeof rows)[0]>,
    Column<(typeof rows)[0]>,
  ];
  return [
    `${oneLine(event)}, ${describeMerit(results.plan, event)}`,
    ...align([group, name, ...costColumns(rows, results)], rows),
    ...align([{ title: ' ', of: () => ' ' }, name, ...loadColumns(rows, results)], rows),
    ...describeTies(rows).map((tie) => `  ${tie}`),
    ...eventFindings(summary, results).flatMap((finding) =>
      wrap(describeFinding(finding), WIDTH - 4).map(
        (line, row) => (row === 0 ? '  ' : '    ') + line,
      ),
    ),
  ].join('\n');
}

function describeFinding({ badge, names, reason }: Finding): string {
  const who = names.length > 0 ? `${list(names)}: ` : '';
  return oneLine(`${MARK} ${who}${badge}: ${reason}`);
}

function align<Item>(columns: Column<Item>[], items: Item[]): string[] {
  const rows = [
    columns.map(({ title }) => title),
    ...items.map((item) => columns.map((column) => column.of(item))),
  ];
  const widths = columns.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const line = row.map((text, column) => {
      const width = widths[column] ?? 0;
      return columns[column]?.words ? text.padEnd(width) : text.padStart(width);
    });
    return `  ${line.join('  ')}`.trimEnd();
  });
}

const legend = [
  'µs: CPU time a request, of the server (user and system apart), PostgreSQL and the generator; medians over the rounds.',
  'Over the cheapest: ratio of costs, paired by round, with a 95 % interval; no difference where chance explains it (Holm).',
  '#: who has the same number does not differ from the cheapest of that number. capacity/s: requests/s at saturation.',
  'Latency is of the open model, where nobody waits for the server before sending. Memory is the highest seen.',
].join('\n');
