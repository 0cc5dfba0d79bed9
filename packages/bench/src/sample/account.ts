/** CPU time in whole µs. */
export interface Used {
  cpu: number;
  user: number;
  system: number;
}

/** What the system says of a process at one moment, in µs. */
export interface ProcessReading {
  pid: number;
  /** When it started: with the pid, it names one process for good. */
  started: number;
  /** Of all threads that it ever had, cut off to ticks. */
  user: number;
  system: number;
  /** Of descendants that have ended and were waited for, cut off to ticks. */
  childUser: number;
  childSystem: number;
  /** What each living thread has run, precisely; empty where that is not told. */
  threads: Map<number, number>;
}

/** What is known of a tree from its readings so far. */
export interface Account {
  used: Used;
  /** What descendants that have ended had used, at the least. */
  ended: number;
  processes: Map<number, ProcessAccount>;
}

interface ProcessAccount {
  started: number;
  cpu: number;
  /** What threads that have ended had used, at the least. */
  ended: number;
  threads: Map<number, number>;
}

/**
 * Adds a reading of a tree to what is known of it. What lives is told precisely. What has ended had used
 * at least what it had when it was last seen alive, and at least what the tree's total, cut off to
 * ticks, says beyond the living; so with threads of a process, so with processes of the tree. Each of these
 * can only be too little, never too much: the greater one is nearer to the truth, and no figure goes
 * backwards.
 *
 * User and system time share out the whole as the ticks do, which cannot be told more precisely: the
 * scheduler counts how long a thread runs, the tick samples in which of the two it is, and the kernel's own
 * figures are made in this way too (`cputime_adjust` in kernel/sched/cputime.c).
 */
export function addReading(before: Account | undefined, readings: ProcessReading[]): Account {
  const processes = new Map<number, ProcessAccount>();
  let [living, endedTicks, user, system] = [0, 0, 0, 0];
  for (const reading of readings) {
    const account = addProcess(before?.processes.get(reading.pid), reading);
    processes.set(reading.pid, account);
    const ticks = reading.user + reading.system;
    const share = ticks > 0 ? reading.user / ticks : 1;
    living += account.cpu;
    endedTicks += reading.childUser + reading.childSystem;
    user += account.cpu * share + reading.childUser;
    system += account.cpu * (1 - share) + reading.childSystem;
  }
  let gone = 0;
  for (const [pid, { started, cpu }] of before?.processes ?? []) {
    if (processes.get(pid)?.started !== started) gone += cpu;
  }
  const ended = Math.max(endedTicks, (before?.ended ?? 0) + gone);
  const cpu = living + ended;
  const share = user + system > 0 ? user / (user + system) : 1;
  return { used: split(cpu, share, before?.used), ended, processes };
}

function addProcess(known: ProcessAccount | undefined, reading: ProcessReading): ProcessAccount {
  const { started, user, system, threads } = reading;
  const before = known?.started === started ? known : undefined;
  const living = [...threads.values()].reduce((sum, cpu) => sum + cpu, 0);
  let ended = before?.ended ?? 0;
  for (const [thread, cpu] of before?.threads ?? []) {
    // Less than before: another thread got its number.
    if (!((threads.get(thread) ?? -1) >= cpu)) ended += cpu;
  }
  ended = Math.max(ended, user + system - living);
  return { started, cpu: living + ended, ended, threads };
}

/** Neither part goes backwards when a tick moves the share. */
function split(cpu: number, share: number, before: Used | undefined): Used {
  const most = cpu - (before?.system ?? 0);
  const user = Math.min(Math.max(Math.round(cpu * share), before?.user ?? 0), most);
  return { cpu, user, system: cpu - user };
}
