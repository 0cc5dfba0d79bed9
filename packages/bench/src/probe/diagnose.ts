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
  return {
    'loop delay p50': { value: round(most(({ delay }) => delay.p50)), unit: 'ms' },
    'loop delay p99': { value: round(most(({ delay }) => delay.p99)), unit: 'ms' },
    'loop busy': { value: round(most(({ utilisation }) => utilisation) * 100), unit: '%' },
    GC: { value: round(sum(collected)), unit: 'ms/s' },
    heap: { value: round(sum(({ heapUsed }) => heapUsed) / 2 ** 20), unit: 'MiB' },
  };
}

const round = (value: number) => Math.round(value * 100) / 100;
