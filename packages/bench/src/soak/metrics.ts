/** What is watched of a server. */
export interface Metric {
  name: MetricName;
  title: string;
  /** Of the figures that are shown. */
  unit: string;
  /** A sample is divided by it, to be shown. */
  per: number;
  /** What it rises by in an hour that matters, in units. */
  limit: number;
  /** Why it is that. */
  why: string;
  /** What it cannot change by less than, in units; 0 where there is no such step. */
  grain: number;
  /** What it is, and how it is measured. */
  about: string;
}

export type MetricName = 'heap' | 'native' | 'rss' | 'descriptors' | 'connections' | 'delay';

const MIB = 2 ** 20;

/** A weekend in which nobody looks, in h: by its end nothing may have run out. */
const WEEKEND = 48;

const memory = {
  ...{ unit: 'MiB', per: MIB, grain: 0, limit: 360 / WEEKEND },
  why: 'a container of 512 MiB, of which a server takes 150 at rest, would be full after 48 h',
};

/** The load of a soak of all servers is this part of what is usual, half of what a server can take. */
const LOAD = 1 / 30;

export const metrics: Metric[] = [
  {
    ...{
      ...memory,
      name: 'heap',
      title: 'Heap after GC, without code',
      limit: memory.limit * LOAD,
    },
    why: `${memory.why}, at half of what the server can take: some 30 times the load of this soak. What is kept by the request, grows with the load`,
    about:
      'JavaScript objects that are left when all garbage has been collected. What is compiled does not count; nor do, in Bun, the contents of strings, which cannot be told from it',
  },
  {
    ...{ ...memory, name: 'native', title: 'Memory beside the heap' },
    about:
      'Resident memory less what the JavaScript heap has of the system: buffers, code, the runtime’s own, and what its allocator keeps',
  },
  {
    ...{ ...memory, name: 'rss', title: 'Resident memory' },
    about: 'RSS of the process tree, all that the kernel counts',
  },
  {
    ...{ name: 'descriptors', title: 'File descriptors', unit: '', per: 1, grain: 1 },
    ...{
      limit: 960 / WEEKEND,
      why: '1,024, the usual limit of a process, would be open after 48 h',
    },
    about: 'Open files and sockets of the process tree (/proc/PID/fd)',
  },
  {
    ...{ name: 'connections', title: 'PostgreSQL connections', unit: '', per: 1, grain: 1 },
    ...{
      limit: 96 / WEEKEND,
      why: 'PostgreSQL, which takes 100 by default, would refuse more after 48 h',
    },
    about: 'Client backends of the server’s own database (pg_stat_activity)',
  },
  {
    ...{ name: 'delay', title: 'Event-loop delay, p99', unit: 'ms', per: 1, grain: 0 },
    ...{ limit: 960 / WEEKEND, why: 'answers would wait for about a second after 48 h' },
    about: 'How late a timer of 10 ms ran, all but one time in a hundred, between two samples',
  },
];
