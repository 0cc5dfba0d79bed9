import { readFileSync } from 'node:fs';

/** How often it is looked, in ms. */
const LOOK = 50;

/** What was seen at a time. */
interface Look {
  at: number;
  /** How long each process that is watched had waited for a core by then, in ms. */
  waited: Map<number, number>;
  /** How late this look was, in ms. */
  late: number;
}

const looks: Look[] = [];
/** Of each process that is watched and of its children, the kernel's figure at the last look. */
const watched = new Map<number, Map<number, number>>();

/**
 * Watches processes from now on: how long they are ready to run while others do (`run_delay` of the kernel's schedstat).
 * Of the children of each, the one that waits longest counts. Where there is no /proc, nothing is seen.
 */
export function watch(...pids: number[]): void {
  if (watched.size === 0) setInterval(look, LOOK).unref();
  for (const pid of [process.pid, ...pids]) {
    if (watched.has(pid)) continue;
    watched.set(pid, new Map([pid, ...childrenOf(pid)].map((each) => [each, runDelayOf(each)])));
  }
  look();
}

/**
 * How much of a time the machine took, in ms: by as much an answer may be later than it has to be. It is how long those
 * who answer have waited for a core, and this process, which judges, has; and how late it was to send and to receive for
 * what else it did. What a server does with its own time is not in it.
 *
 * @param pids of those who answer: each has to be watched
 * @param from, to as by `performance.now()`
 */
export function taken(pids: number[], from: number, to: number): number {
  const first = looks.findLast(({ at }) => at <= from);
  if (!first || pids.some((pid) => !watched.has(pid))) throw new Error('it was not watched');
  if ((looks.at(-1)?.at ?? 0) < to) look();
  let late = 0;
  let last = first;
  for (let index = looks.lastIndexOf(first) + 1; index < looks.length && last.at < to; index++) {
    last = looks[index] as Look;
    late = Math.max(late, last.late);
  }
  const grown = (pid: number) => (last.waited.get(pid) ?? 0) - (first.waited.get(pid) ?? 0);
  return [process.pid, ...pids].reduce((sum, pid) => sum + grown(pid), 2 * late);
}

function look(): void {
  const at = performance.now();
  const before = looks.at(-1);
  const waited = new Map(before?.waited);
  for (const [pid, known] of watched) {
    const grown = (each: number) => {
      const delay = Math.max(runDelayOf(each), known.get(each) ?? 0);
      const growth = delay - (known.get(each) ?? 0);
      known.set(each, delay);
      return growth;
    };
    // Those of this one are those who answer.
    const children = pid === process.pid ? [] : childrenOf(pid);
    const growth = grown(pid) + Math.max(0, ...children.map(grown));
    waited.set(pid, (waited.get(pid) ?? 0) + growth);
  }
  looks.push({ at, waited, late: before ? Math.max(0, at - before.at - LOOK) : 0 });
}

/** How long its main thread was ready to run and did not, since it is there, in ms; 0 where that is not known. */
function runDelayOf(pid: number): number {
  return Number(read(`/proc/${pid}/schedstat`).split(' ')[1] ?? 0) / 1e6;
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** It may have ended meanwhile, and not every system has it. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
