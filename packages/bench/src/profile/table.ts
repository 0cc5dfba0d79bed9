import type { Load } from '../result.js';
import type { SelfTimes } from './self-time.js';

/** How many functions, and packages, are named. */
export const SHOWN = 10;

/** A share as per cent. */
export const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** What the load was, in a line. */
export function describeLoad({ requests, seconds, errors }: Load): string {
  return `${(requests / seconds).toFixed(0)} requests/s, the profiler's own cost included, ${errors} errors`;
}

/** What no function can be named for. */
export function describeRest({ program, idle }: SelfTimes): string[] {
  return [
    `(program) ${percent(program)} of the time at work: native code that V8 cannot tell apart, such as system calls`,
    `(idle) ${percent(idle)} of all the time: waiting`,
  ];
}

/** The functions with the most self time, as text. */
export function renderTable(times: SelfTimes): string {
  const head = ['self', 'function', 'package', 'where'];
  const rows = times.functions
    .slice(0, SHOWN)
    .map(({ share, name, place, ...found }) => [percent(share), name, found.package, place]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const packages = times.packages
    .slice(0, SHOWN)
    .map(({ name, share }) => `${name} ${percent(share)}`);
  return [...lines, '', `By package: ${packages.join(', ')}`, ...describeRest(times)].join('\n');
}
