import type { Results } from '../result.js';
import { controlOf, type EventSummary, summarise } from '../summary.js';
import { type Column, MARK, nameColumns, startColumns, tablesOf } from './columns.js';
import { describeControl, describeRun, describeTies } from './describe.js';
import { eventFindings, type Finding, runFindings } from './findings.js';
import { list, oneLine, wrap } from './format.js';
import { startsOf } from './starts.js';

/** How wide a terminal is taken to be. */
const WIDTH = 120;

/** The results as tables for a terminal, one an event, the cheapest server first. */
export function renderTable(results: Results): string {
  const control = controlOf(results);
  // What A against A says stands above them.
  const summaries = summarise(results);
  const findings = runFindings(results, control, summaries).filter(({ badge }) => badge !== 'A/A');
  return [
    describeRun(results, WIDTH),
    ...summaries.map((summary) => renderEvent(summary, results)),
    ['starts', ...align(startColumns, startsOf(results))].join('\n'),
    ...(control ? [wrap(describeControl(control), WIDTH).join('\n')] : []),
    ...(findings.length > 0
      ? [findings.flatMap((finding) => wrap(describeFinding(finding), WIDTH)).join('\n')]
      : []),
    legend,
  ].join('\n\n');
}

/** Figures of each load in a table of their own, under its name. */
function renderEvent(summary: EventSummary, results: Results): string {
  const { event, rows } = summary;
  const [group, name] = nameColumns(event, rows, results);
  return [
    oneLine(event),
    ...tablesOf(summary, results).flatMap(({ title, rows: some, columns }, index) => [
      ` ${title}`,
      ...align([index === 0 ? group : { title: ' ', of: () => ' ' }, name, ...columns], some),
    ]),
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
  'Over: ratio of costs, paired by round, with a 95 % interval; no difference where chance explains it (Holm).',
  '#: who has the same number does not differ from the cheapest of that number. capacity/s: requests/s.',
  'Response times are of an open load, where nobody waits for the server before sending.',
].join('\n');
