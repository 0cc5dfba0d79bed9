import type { Figure } from '../result.js';
import type { ProbeFigures } from './figures.js';

/** What is shown of a server's processes: the worst of their delays, and the sum of what they did. */
export function diagnose(processes: ProbeFigures[]): Record<string, Figure> {
  if (processes.length === 0) return {};
  const most = (of: (process: ProbeFigures) => number) => Math.max(...processes.map(of));
  const sum = (of: (process: ProbeFigures) => number) =>
    processes.reduce((total, process) => total + of(process), 0);
  const collected = ({ gc, seconds }: ProbeFigures) =>
    Object.values(gc).reduce((total, { ms }) => total + ms, 0) / seconds;
  const delays = (['p50', 'p99'] as const).flatMap((name) => {
    const all = processes.flatMap(({ delay }) => delay[name] ?? []);
    // A process in which no timer ran at all was late by nobody knows how much.
    if (all.length < processes.length) return [];
    return [[`loop delay ${name}`, { value: round(Math.max(...all)), unit: 'ms' }]];
  });
  return {
    ...Object.fromEntries(delays),
    'loop busy': { value: round(most(({ utilisation }) => utilisation) * 100), unit: '%' },
    GC: { value: round(sum(collected)), unit: 'ms/s' },
    heap: { value: round(sum(({ heapUsed }) => heapUsed) / 2 ** 20), unit: 'MiB' },
  };
}

const round = (value: number) => Math.round(value * 100) / 100;
