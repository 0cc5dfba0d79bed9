import type { Results } from '../result.js';
import { controlOf, type EventSummary, summarise } from '../summary.js';
import { type Column, nameColumns, startColumns, tablesOf } from './columns.js';
import { describeControl, describeTies, runFacts } from './describe.js';
import { eventFindings, type Finding, runFindings } from './findings.js';
import { list, oneLine, plural, scenarioName } from './format.js';
import { overviewOf } from './overview.js';
import { startsOf } from './starts.js';

/** Where the other outputs of the same run are. */
export interface Links {
  report?: string;
  json?: string;
}

/** The results as tables for GitHub, one an event, the cheapest server first. */
export function renderMarkdown(results: Results, links: Links = {}): string {
  const { plan } = results;
  const control = controlOf(results);
  // What A against A says stands above them.
  const summaries = summarise(results);
  const findings = runFindings(results, control, summaries).filter(({ badge }) => badge !== 'A/A');
  const facts = runFacts(results);
  const what = plan.scenario
    ? `scenario ${scenarioName(plan.scenario)}`
    : plural(plan.events.length, 'event');
  return `${[
    `## ${escapeMarkdown(`${plural(plan.contenders.length, 'contender')}, ${what}, ${plural(plan.rounds, 'round')}`)}`,
    header(results, links),
    ...(control ? [escapeMarkdown(describeControl(control))] : []),
    ...(findings.length > 0 ? [findings.map(describeFinding).join('\n')] : []),
    renderOverview(results),
    ...summaries.map((summary) => renderEvent(summary, results)),
    '### Starts',
    table(startColumns, startsOf(results)),
    '### How it was measured',
    facts
      .map(
        ({ term, text }) => `- ${term}: ${term === 'command' ? code(text) : escapeMarkdown(text)}`,
      )
      .join('\n'),
    legend,
  ].join('\n\n')}\n`;
}

/** The whole run in one table: what a request costs, by contender and event. */
export function renderOverview(results: Results): string {
  const { events, rows, load } = overviewOf(results);
  const columns: Column<(typeof rows)[number]>[] = [
    { title: `server µs a request${load && `, ${load}`}`, words: true, of: ({ name }) => name },
    ...events.map((event, index) => ({
      title: event,
      of: ({ cells }: (typeof rows)[number]) => {
        const { text = '', voids } = cells[index] ?? {};
        return voids === undefined ? text : `${text} (${voids})`;
      },
    })),
  ];
  const leads = rows.map(({ cells }) => [false, ...cells.map((cell) => cell.leads)]);
  return table(columns, rows, (row, column) => leads[row]?.[column] === true);
}

function header({ startedAt, machine, commit }: Results, { report, json }: Links): string {
  return [
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    escapeMarkdown(`${machine.cpu}, ${plural(machine.cores, 'core')}`),
    escapeMarkdown(`commit ${commit ?? 'none'}`),
    ...(report ? [`[report](${encodeURI(report)})`] : []),
    ...(json ? [`[results](${encodeURI(json)})`] : []),
  ].join(' · ');
}

function renderEvent(summary: EventSummary, results: Results): string {
  const { event, rows } = summary;
  const [group, name] = nameColumns(event, rows, results);
  const notes = [
    ...describeTies(rows).map((tie) => `- ${escapeMarkdown(tie)}`),
    ...eventFindings(summary, results).map(describeFinding),
  ];
  return [
    `### ${escapeMarkdown(event)}`,
    ...tablesOf(summary, results).flatMap(({ title, rows: some, columns }, index) => [
      `${escapeMarkdown(title.replace(/^./, (first) => first.toUpperCase()))}:`,
      table([...(index === 0 ? [group] : []), name, ...columns], some),
    ]),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ].join('\n\n');
}

function describeFinding({ badge, names, reason }: Finding): string {
  const who = names.length > 0 ? `${escapeMarkdown(list(names))}: ` : '';
  return `- ${who}**${escapeMarkdown(badge)}**: ${escapeMarkdown(reason)}`;
}

function table<Item>(
  columns: Column<Item>[],
  items: Item[],
  isBold = (_row: number, _column: number) => false,
): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const cell = (text: string, bold: boolean) => (bold ? `**${text}**` : text);
  return [
    line(columns.map(({ title }) => escapeMarkdown(title))),
    line(columns.map(({ words }) => (words ? '---' : '---:'))),
    ...items.map((item, row) =>
      line(
        columns.map((column, index) => cell(escapeMarkdown(column.of(item)), isBold(row, index))),
      ),
    ),
  ].join('\n');
}

/** Nothing in a text is markup: neither HTML nor Markdown, nor the end of a table's cell. */
function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~#!]/g, '\\$&');
}

/** A text as code: fenced by more backticks than it holds. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

const legend = [
  'µs is CPU time a request, of the server (user and system apart), PostgreSQL and the generator; figures are medians over the',
  'rounds. *Over* is the ratio of costs, paired by round, with a 95 % interval; *no difference* where chance explains it (after',
  'Holm). Contenders with the same number do not differ from the cheapest of that number. Response times are of an open load,',
  'where nobody waits for the server before sending. In the first table, bold is the cheapest, and whatever does not differ from',
  'it; ratios are over the cheapest, whose name stands beside the event.',
].join('\n');
