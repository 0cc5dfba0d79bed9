import { count } from '../output/format.js';
import { judge } from './judge.js';
import { metrics } from './metrics.js';
import type { ServerResult, SoakResults } from './result.js';
import { describeBusy, describeTrend, figure, unitOf } from './words.js';

/** The verdicts, as text. */
export function renderSoakTable(results: SoakResults): string {
  const findings = judge(results);
  const tables = metrics.map((metric) => {
    const own = findings.filter((finding) => finding.metric === metric);
    const rows = own.map((finding) => [finding.name, describeTrend(finding), finding.verdict]);
    return `${metric.title}, ${unitOf(metric)}, with 95 % interval; limit ${figure(metric.limit)}\n${columns(rows)}`;
  });
  const answers = results.servers.map((server) => [server.name, describeAnswers(server)]);
  const busy = describeBusy(results);
  return [...tables, `Answers\n${columns(answers)}`, ...(busy ? [busy] : [])].join('\n\n');
}

/** In a line: at which rate, how many answers were right, and what else there was. */
export function describeAnswers({ rate, capacity, answers, died }: ServerResult): string {
  const { right, excused, wrong, dropped, examples } = answers;
  const [first] = examples;
  return [
    `${count(rate)} requests/s, of ${count(capacity)} that it takes: ${count(right)} right`,
    ...(excused > 0 ? [`${count(excused)} 503 while the database was disturbed`] : []),
    ...(wrong > 0
      ? [`${count(wrong)} wrong or without answer (${first?.event}: ${first?.why})`]
      : []),
    ...(dropped > 0 ? [`${count(dropped)} not sent`] : []),
    ...(died ? [died] : []),
  ].join(', ');
}

function columns(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      `  ${row.map((text, column) => text.padEnd(widths?.[column] ?? 0)).join('  ')}`.trimEnd(),
    )
    .join('\n');
}
