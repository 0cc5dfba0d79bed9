import { existsSync } from 'node:fs';
import { type Account, addReading, type ProcessReading, type Used } from './account.js';
import { closeEnded, listProc, parsePidStat, parseSchedstat, readKept, readProc } from './proc.js';
import { type PsProcess, readPsTree } from './ps.js';

/** What a process and all its descendants have used so far: CPU time in µs. */
export interface TreeUsage extends Used {
  /** When that was read: `process.hrtime`, in ms. */
  now: number;
}

const linux = process.platform === 'linux';

/** The process ids of a process tree, the root first, parents before children; none where it is gone. */
export async function readTree(root: number): Promise<number[]> {
  if (!linux) return (await readPsTree(root)).map(({ pid }) => pid);
  const tree = existsSync(`/proc/${root}`) ? [root] : [];
  const childrenOf = openChildren();
  // The list grows while it is walked: children, then theirs.
  for (const pid of tree) tree.push(...childrenOf(pid, listProc(`${pid}/task`)));
  return tree;
}

/**
 * What a process tree has used, descendants that have ended included. Between two readings of a tree no
 * figure goes backwards.
 *
 * On Linux, no file holds the CPU time of a whole process precisely, but two hold bounds of it:
 *
 * - `/proc/PID/task/TID/schedstat` is what a thread has run, as the scheduler counts it, in ns. While the
 *   thread runs it is behind by up to a tick of the kernel (1 to 10 ms), and a thread that has ended
 *   takes its figure with it. `/proc/PID/schedstat` is the main thread alone.
 * - `/proc/PID/stat` is the scheduler's count too, of all threads that the process ever had, but its user
 *   and its system time are each cut off to 10 ms; so are those of descendants that were waited for.
 *
 * `addReading` makes the most of both. Without threads or processes that ended, the figure is as precise
 * as the first; where some ended, what these ran after the reading before is only known to 20 ms for each
 * process that had or waited for them. A kernel without schedstat (CONFIG_SCHED_INFO) leaves the second.
 *
 * Elsewhere `ps` tells how much, to 10 ms at best, and not where: all of it is called user time.
 *
 * A reading under load took 0.3 ms of CPU for a Node server (11 threads), and as long for PostgreSQL with 38
 * processes of which most were idle, when this was tried.
 *
 * @param root the process id at the top of the tree; 0 usage where it is gone
 */
export async function readUsage(root: number): Promise<TreeUsage> {
  const { cpu, user, system } = linux ? readLinuxUsage(root) : psUsage(await readPsTree(root));
  return { cpu, user, system, now: Number(process.hrtime.bigint()) / 1e6 };
}

function psUsage(processes: PsProcess[]): Used {
  const cpu = processes.reduce((sum, process) => sum + process.cpu, 0);
  return { cpu, user: cpu, system: 0 };
}

/** What was last seen of a process. */
interface Seen {
  reading: ProcessReading;
  children: number[];
}

/** Each tree, by the pid of its root: its account, and its processes by their pid. */
const trees = new Map<number, { account: Account; seen: Map<number, Seen> }>();

function readLinuxUsage(root: number): Used {
  const last = trees.get(root);
  const seen = lookAt(root, last?.seen);
  const top = seen.get(root)?.reading;
  if (!top) {
    trees.delete(root);
    return { cpu: 0, user: 0, system: 0 };
  }
  if (!last) forgetEnded();
  // Another process may have got the pid.
  const isSame = last?.account.processes.get(root)?.started === top.started;
  const known = isSame ? last.account : undefined;
  // Those that have lost their parent since are no longer found below the root.
  for (const [pid, { started }] of known?.processes ?? []) {
    const reading = seen.has(pid) ? undefined : readProcess(pid);
    if (reading?.started === started) seen.set(pid, { reading, children: [] });
  }
  const readings = [...seen.values()].map(({ reading }) => reading);
  const account = addReading(known, readings);
  trees.set(root, { account, seen });
  return account.used;
}

/** A run asks for a thousand trees, one after the other. */
function forgetEnded(): void {
  for (const root of trees.keys()) if (!existsSync(`/proc/${root}`)) trees.delete(root);
  closeEnded();
}

/**
 * Reads the processes of a tree. Parents come before their children: one that is waited for meanwhile is missing
 * from the reading, which `addReading` knows about, and never counts twice, for itself and with its parent.
 *
 * @param before what was seen last: most of PostgreSQL's processes wait for a contender whose turn it is not
 */
function lookAt(root: number, before?: Map<number, Seen>): Map<number, Seen> {
  const seen = new Map<number, Seen>();
  const childrenOf = openChildren();
  const pids = [root];
  // The list grows while it is walked: children, then theirs.
  for (const pid of pids) {
    const last = before?.get(pid);
    const now = last && isIdle(last.reading) ? last : look(pid, childrenOf);
    if (!now) continue;
    seen.set(pid, now);
    pids.push(...now.children);
  }
  return seen;
}

function look(pid: number, childrenOf: ChildrenOf): Seen | undefined {
  const reading = readProcess(pid);
  return reading && { reading, children: childrenOf(pid, reading.threads.keys()) };
}

/** Whether its only thread has not run since: then nothing else of it has changed, its children included. */
function isIdle({ pid, threads }: ProcessReading): boolean {
  const ran = threads.get(pid);
  return threads.size === 1 && !!ran && readRan(pid, pid) === ran;
}

/** What a thread has run, in µs; undefined where that is not told, or it is gone. */
function readRan(pid: number, thread: number): number | undefined {
  const schedstat = readKept(`${pid}/task/${thread}/schedstat`);
  return schedstat === undefined ? undefined : parseSchedstat(schedstat);
}

function readProcess(pid: number): ProcessReading | undefined {
  // Before the threads: what they run in between must not look as if others had run it and ended.
  const text = readKept(`${pid}/stat`);
  if (text === undefined) return undefined;
  const { threads: count, ...stat } = parsePidStat(text);
  const threads = new Map<number, number>();
  for (const thread of count === 1 ? [pid] : listProc(`${pid}/task`)) {
    threads.set(thread, readRan(pid, thread) ?? 0);
  }
  return { pid, threads, ...stat };
}

/** Does this kernel list children (CONFIG_PROC_CHILDREN)? */
const childrenListed = existsSync(`/proc/${process.pid}/task/${process.pid}/children`);

type ChildrenOf = (pid: number, threads: Iterable<number>) => number[];

/** How children are found: proc_tid_children(5), without a look at others, or else by the parent of each process. */
function openChildren(): ChildrenOf {
  return childrenListed ? listChildren : groupByParent();
}

/** A process is the child of the thread that started it. */
function listChildren(pid: number, threads: Iterable<number>): number[] {
  const children: number[] = [];
  for (const thread of threads) {
    const list = readKept(`${pid}/task/${thread}/children`);
    if (list) children.push(...list.trim().split(' ').map(Number));
  }
  return children;
}

/** Finds the children of any process, by one look at all. */
export function groupByParent(): ChildrenOf {
  const children = new Map<number, number[]>();
  for (const pid of listProc('')) {
    const stat = readProc(`${pid}/stat`);
    if (stat === undefined) continue;
    const { parent } = parsePidStat(stat);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return (pid) => children.get(pid) ?? [];
}
