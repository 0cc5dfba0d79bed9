import { existsSync } from 'node:fs';
import { listProc, parsePidStat, parseSchedstat, readProc, type Stat } from './proc.js';
import { type PsProcess, readPsTree } from './ps.js';

/** What a process and all its descendants have used so far: CPU time in µs. */
export interface TreeUsage {
  cpu: number;
  user: number;
  system: number;
  /** When that was read: `process.hrtime`, in ms. */
  now: number;
}

const linux = process.platform === 'linux';

/** The process ids of a process tree, the root first, parents before children; none where it is gone. */
export async function readTree(root: number): Promise<number[]> {
  return linux ? listTree(root) : (await readPsTree(root)).map(({ pid }) => pid);
}

/**
 * What a process tree has used, ended descendants that were waited for included. Between two readings of a
 * tree nothing goes backwards.
 *
 * On Linux, no file holds the CPU time of a whole process precisely, but two hold bounds of it:
 *
 * - `/proc/PID/task/TID/schedstat` is what a thread has run, as the scheduler counted it, in ns. It is
 *   behind by no more than the kernel's own tick (1 to 10 ms, while the thread runs), and lacks
 *   threads that have ended; `/proc/PID/schedstat` is the main thread alone.
 * - `/proc/PID/stat` is the scheduler's count too, of the whole process with all threads that ever
 *   were (`cputime_adjust` in kernel/sched/cputime.c), but user and system time are each cut off to 10 ms.
 *
 * So the truth is the sum of the living threads, plus what the ended ones had used, which is at least
 * what stat says beyond that sum: the most that this was ever seen to be is taken. Without ended threads
 * that is 0, and the sum stands; where there are some, a process is at most 20 ms behind, and two
 * readings differ by less the more readings there were. A kernel without schedstat says 0: stat stands.
 *
 * User and system time share that out as they do in stat: the scheduler knows only how long, the tick
 * sampled where, and the kernel makes stat's own two figures in this way.
 *
 * Descendants that have ended are in the stat of who waited for them, cut off to 10 ms as well, so a tree is
 * behind by less than 20 ms more for each process that waits. All of this can only be too little, never too
 * much; the highest that was ever read is therefore nearest to the truth.
 *
 * Elsewhere `ps` tells how much, in 10 ms, and not where: all of it counts as user time.
 *
 * @param root the process id at the top of the tree; 0 usage where it is gone
 */
export async function readUsage(root: number): Promise<TreeUsage> {
  const used = linux ? readLinuxUsage(root) : psUsage(await readPsTree(root));
  return { ...used, now: Number(process.hrtime.bigint()) / 1e6 };
}

type Used = Omit<TreeUsage, 'now'>;

const NOTHING: Used = { cpu: 0, user: 0, system: 0 };

function psUsage(processes: PsProcess[]): Used {
  const cpu = processes.reduce((sum, process) => sum + process.cpu, 0);
  return { cpu, user: cpu, system: 0 };
}

/** Does this kernel list children (CONFIG_PROC_CHILDREN)? */
const childrenListed = existsSync(`/proc/${process.pid}/task/${process.pid}/children`);

/** proc_tid_children(5), without a look at any other process; where that is not there, by the parent of each. */
function listTree(root: number): number[] {
  if (readProc(`${root}/stat`) === undefined) return [];
  const tree = [root];
  const childrenOf = childrenListed ? listChildren : groupByParent();
  // The list grows while it is walked: children, then theirs.
  for (const pid of tree) tree.push(...childrenOf(pid));
  return tree;
}

/** A process is the child of the thread that started it. */
function listChildren(pid: number): number[] {
  return listProc(`${pid}/task`).flatMap((thread) =>
    (readProc(`${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
}

/** Lists the children of any process, from one look at all. */
export function groupByParent(): (pid: number) => number[] {
  const all = listProc('.').map((pid) => ({ pid, stat: readProc(`${pid}/stat`) }));
  const children = new Map<number, number[]>();
  for (const { pid, stat } of all) {
    if (stat === undefined) continue;
    const { parent } = parsePidStat(stat);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return (pid) => children.get(pid) ?? [];
}

/** What is known of a tree from its readings so far. */
interface Known {
  /** The root's: another process may get its pid. */
  started: number;
  used: Used;
  /** By pid: what ended threads had used at the least, in µs, and of which process this is said. */
  ended: Map<number, { started: number; cpu: number }>;
}

const trees = new Map<number, Known>();

function readLinuxUsage(root: number): Used {
  const processes = readProcesses(root);
  const started = processes[0]?.stat.started;
  if (started === undefined) {
    trees.delete(root);
    return NOTHING;
  }
  const before = trees.get(root);
  const known = before?.started === started ? before : undefined;
  const ended: Known['ended'] = new Map();
  let [cpu, user, system] = [0, 0, 0];
  for (const { pid, stat, living } of processes) {
    const own = stat.user + stat.system;
    const last = known?.ended.get(pid);
    const lost = Math.max(own - living, last?.started === stat.started ? last.cpu : 0, 0);
    ended.set(pid, { started: stat.started, cpu: lost });
    const total = living + lost;
    const share = own > 0 ? stat.user / own : 1;
    user += total * share + stat.childUser;
    system += total * (1 - share) + stat.childSystem;
    cpu += total + stat.childUser + stat.childSystem;
  }
  const used = notBackwards({ cpu, user, system }, known?.used ?? NOTHING);
  if (!known) forgetEnded();
  trees.set(root, { started, used, ended });
  return used;
}

/** Time that was seen to pass has passed; the two parts stay the whole's. */
function notBackwards({ cpu: read, user: readUser }: Used, before: Used): Used {
  const cpu = Math.max(read, before.cpu);
  const user = Math.min(Math.max(readUser, before.user), cpu - before.system);
  return { cpu, user, system: cpu - user };
}

/** Trees that are no longer asked for have ended: a run starts a thousand. */
function forgetEnded(): void {
  for (const root of trees.keys()) if (!existsSync(`/proc/${root}`)) trees.delete(root);
}

interface Process {
  pid: number;
  stat: Stat;
  /** What its living threads have run, in µs. */
  living: number;
}

/**
 * A process that is waited for while the tree is read would be in nobody's account, or in two. With
 * parents read first it can only be missing from its place, and then the tree is read again.
 */
function readProcesses(root: number): Process[] {
  let found: Process[] = [];
  for (let attempts = 0; attempts < 3; attempts++) {
    const pids = listTree(root);
    found = pids.map(readProcess).filter((process) => process !== undefined);
    if (found.length === pids.length) break;
  }
  return found[0]?.pid === root ? found : [];
}

function readProcess(pid: number): Process | undefined {
  // Before the threads: what they run in between must not look as if others had and ended.
  const text = readProc(`${pid}/stat`);
  if (text === undefined) return undefined;
  const stat = parsePidStat(text);
  const files =
    stat.threads === 1
      ? [`${pid}/schedstat`]
      : listProc(`${pid}/task`).map((thread) => `${pid}/task/${thread}/schedstat`);
  const living = files.reduce((sum, file) => sum + parseSchedstat(readProc(file) ?? '0 '), 0);
  return { pid, stat, living };
}
