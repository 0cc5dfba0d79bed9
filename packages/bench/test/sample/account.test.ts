import { expect, test } from 'vitest';
import { addReading, type ProcessReading } from '../../src/sample/account.js';

const MS = 1000;

/** A process's reading, in ms; pid 1 unless told otherwise. */
function reading(
  stat: Partial<Omit<ProcessReading, 'threads'>>,
  threads: Record<number, number>,
): ProcessReading {
  const ms = { user: 0, system: 0, childUser: 0, childSystem: 0, ...stat };
  return {
    pid: ms.pid ?? 1,
    started: ms.started ?? 100,
    user: ms.user * MS,
    system: ms.system * MS,
    childUser: ms.childUser * MS,
    childSystem: ms.childSystem * MS,
    threads: new Map(Object.entries(threads).map(([id, cpu]) => [Number(id), cpu * MS])),
  };
}

/** What is said of a tree after each of its readings, in ms. */
function follow(...all: ProcessReading[][]): number[] {
  let account: ReturnType<typeof addReading> | undefined;
  return all.map((readings) => {
    account = addReading(account, readings);
    return account.used.cpu / MS;
  });
}

test('what living threads have run counts to the µs', () => {
  expect(follow([reading({ user: 10 }, { 1: 12.345, 2: 4.1 })])).toEqual([16.445]);
});

test('a kernel without schedstat leaves the ticks', () => {
  expect(follow([reading({ user: 20, system: 10 }, { 1: 0 })])).toEqual([30]);
  expect(follow([reading({ user: 20, system: 10 }, {})])).toEqual([30]);
});

test('a thread that ended keeps what it had when it was last seen, the process what its ticks say', () => {
  const cpu = follow(
    [reading({ user: 90 }, { 1: 50, 2: 47.5 })],
    [reading({ user: 90 }, { 1: 51 })],
    [reading({ user: 120 }, { 1: 52 })],
    [reading({ user: 120 }, { 1: 54.5 })],
  );
  expect(cpu).toEqual([97.5, 98.5, 120, 122.5]);
});

test("another thread that got an ended one's number does not take its time away", () => {
  expect(follow([reading({}, { 1: 5, 2: 40 })], [reading({}, { 1: 5, 2: 1 })])).toEqual([45, 46]);
});

test('a process that ended counts once: first for itself, then with who waited for it', () => {
  const cpu = follow(
    [reading({ user: 10 }, { 1: 15 }), reading({ pid: 2, user: 30 }, { 2: 33.3 })],
    [reading({ user: 10, childUser: 30 }, { 1: 15 })],
    [reading({ user: 10, childUser: 50 }, { 1: 15 })],
  );
  expect(cpu).toEqual([48.3, 48.3, 65]);
});

test('the time of a process that ended and nobody waited for stays', () => {
  expect(
    follow([reading({}, { 1: 15 }), reading({ pid: 2 }, { 2: 33 })], [reading({}, { 1: 17 })]),
  ).toEqual([48, 50]);
});

test('another process that got the pid of an ended one counts beside it', () => {
  expect(
    follow(
      [reading({}, { 1: 15 }), reading({ pid: 2, started: 7 }, { 2: 33 })],
      [reading({}, { 1: 15 }), reading({ pid: 2, started: 8 }, { 2: 2 })],
    ),
  ).toEqual([48, 50]);
});

test('user and system time share out the whole as the ticks do', () => {
  const { used } = addReading(undefined, [reading({ user: 30, system: 10 }, { 1: 44 })]);
  expect(used).toEqual({ cpu: 44_000, user: 33_000, system: 11_000 });
});

test('neither user nor system time goes backwards when a tick moves the share', () => {
  const before = addReading(undefined, [reading({ user: 20 }, { 1: 29 })]);
  const { used } = addReading(before, [reading({ user: 20, system: 10 }, { 1: 30 })]);
  expect(used).toEqual({ cpu: 30_000, user: 29_000, system: 1000 });
});
