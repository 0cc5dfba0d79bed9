import { known } from './known.js';
import type { RawResult } from './raw.js';
import type { Result } from './requests.js';

/** A line for each target, and what was not compared. */
export function summarise(
  seed: number,
  result: Result | undefined,
  raw: RawResult | undefined,
): string {
  const names = [...(result?.tallies.keys() ?? raw?.found.keys() ?? [])];
  const rows = names.map((name) => {
    const tally = result?.tallies.get(name);
    return [
      name,
      ...[tally?.requests, tally?.found.differs, tally?.found['5xx'], tally?.found.slow],
      ...[raw?.connections, raw?.found.get(name)],
    ].map((cell) => String(cell ?? '-'));
  });
  const heads = ['target', 'requests', 'differences', '5xx', 'slow', 'raw', 'wrong'];
  return [`seed ${seed}`, table([heads, ...rows]), ...(result ? notCompared(result) : [])].join(
    '\n',
  );
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

function notCompared({ tallies, unstable }: Result): string[] {
  const lines = known.flatMap(({ name, who, reason }) => {
    const counts = [...tallies].map(([target, tally]) => ({
      target,
      count: tally.known.get(name) ?? 0,
    }));
    const count = Math.max(...counts.map(({ count }) => count));
    if (count === 0) return [];
    const targets = counts.filter(({ count }) => count > 0).map(({ target }) => target);
    return `  ${name}${who ? ` (${targets.join(', ')})` : ''}: ${count} requests; ${reason}`;
  });
  return [
    ...(lines.length > 0 ? ['Not compared, but for a 5xx and the time:', ...lines] : []),
    ...(unstable > 0
      ? [
          `${unstable} findings were not there any more when the case was repeated: the machine stalled, most likely.`,
        ]
      : []),
  ];
}
