/** What is watched of a server. */
export interface Metric {
  name: MetricName;
  title: string;
  /** Of the figures that are shown. */
  unit: string;
  /** A sample is divided by it, to be shown. */
  per: number;
  /** Less than that in all does not matter, in units: who was started lately still settles. */
  inAll: number;
  /** Nor, in a long time, does less a minute. */
  perMinute: number;
  /** Whether what only comes back to a level of the warm-up does not grow. */
  mayReturn: boolean;
  /** What it is, and how it is measured. */
  about: string;
}

export type MetricName = 'heap' | 'native' | 'rss' | 'descriptors' | 'connections' | 'delay';

const MIB = 2 ** 20;

export const metrics: Metric[] = [
  {
    ...{
      name: 'heap',
      title: 'Heap after GC, without code',
      unit: 'MiB',
      per: MIB,
      mayReturn: false,
    },
    ...{ inAll: 1, perMinute: 0.05 },
    about:
      'JavaScript objects that are left when all garbage has been collected. What is compiled does not count; nor do, in Bun, the contents of strings, which cannot be told from it',
  },
  {
    ...{ name: 'native', title: 'Memory beside the heap', unit: 'MiB', per: MIB, mayReturn: false },
    ...{ inAll: 4, perMinute: 0.2 },
    about:
      'Resident memory less what the JavaScript heap has of the system: buffers, code, the runtime’s own, and what its allocator keeps',
  },
  {
    ...{ name: 'rss', title: 'Resident memory', unit: 'MiB', per: MIB, mayReturn: true },
    ...{ inAll: 4, perMinute: 0.2 },
    about:
      'RSS of the process tree. A runtime gives room in its heap back where there is little to do, and takes it again: what only comes back to a level that it had in the warm-up does not grow',
  },
  {
    ...{ name: 'descriptors', title: 'File descriptors', unit: '', per: 1, mayReturn: false },
    ...{ inAll: 2, perMinute: 0.1 },
    about: 'Open files and sockets of the process tree (/proc/PID/fd)',
  },
  {
    ...{ name: 'connections', title: 'PostgreSQL connections', unit: '', per: 1, mayReturn: false },
    ...{ inAll: 1, perMinute: 0.02 },
    about: 'Client backends of the server’s own database (pg_stat_activity)',
  },
  {
    ...{ name: 'delay', title: 'Event-loop delay, p99', unit: 'ms', per: 1, mayReturn: false },
    ...{ inAll: 5, perMinute: 0.1 },
    about: 'How late a timer of 10 ms ran, all but one time in a hundred, between two samples',
  },
];

/** The smallest slope that matters, in units a minute, of what was watched for so many minutes. */
export const smallestSlope = ({ inAll, perMinute }: Metric, minutes: number) =>
  Math.max(perMinute, inAll / minutes);
