import { readFileSync } from 'node:fs';
import { boolean, parseUsage, UsageError } from '../usage.js';
import { type Merged, merge } from './merge.js';
import { MergeError, readResult } from './result.js';

const help = `Merges the results of several k6 that carried one load together, percentiles included.

usage: npm run bench -- merge FILE... [--json]

A file holds what a k6 has printed that was run with MERGE=true, for example the log of a pod. All parts
of the load must be there. Exit code 1 where a request failed, an answer was wrong or an iteration was
dropped.

  --json   as JSON`;

/**
 * `npm run bench -- merge`
 *
 * @returns the exit code
 * @throws {UsageError | MergeError} in one line, where the command line or a file is wrong
 */
export function runMerge(args: string[]): number {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(help);
    return 0;
  }
  if (positionals.length === 0) {
    throw new UsageError('Name the files to merge. See npm run bench -- merge --help');
  }
  const merged = merge(positionals.map((file) => readResult(read(file), file)));
  console.log(values.json ? JSON.stringify(merged, null, 2) : render(merged));
  return merged.errors > 0 || merged.dropped > 0 ? 1 : 0;
}

const parse = (args: string[]) =>
  parseUsage('bench -- merge', {
    args,
    allowPositionals: true,
    options: { json: boolean, help: { ...boolean, short: 'h' } },
  });

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? error.code : error;
    throw new MergeError(`${file} cannot be read (${cause}).`);
  }
}

function render({ scenario, generators, requests, seconds, latency, ...merged }: Merged): string {
  const columns: [string, number][] = [
    ['min', latency.min],
    ['mean', latency.mean],
    ['p50', latency.p50],
    ['p90', latency.p90],
    ['p95', latency.p95],
    ['p99', latency.p99],
    ['p99.9', latency.p999],
    ['max', latency.max],
  ];
  const cells = columns.map(([name, ms]) => [name, ms.toFixed(2)] as const);
  const line = (side: 0 | 1) =>
    cells
      .map((cell) => cell[side].padStart(Math.max(...cell.map(({ length }) => length))))
      .join('  ');
  return [
    `${scenario}: ${generators} generators, ${requests} requests in ${seconds.toFixed(1)} s, ${merged.throughput.toFixed(0)} requests/s, ${merged.errors} errors, ${merged.dropped} dropped iterations`,
    `  latency ms  ${line(0)}`,
    `              ${line(1)}`,
  ].join('\n');
}
