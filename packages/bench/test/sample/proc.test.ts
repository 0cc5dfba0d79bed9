import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { closeEnded, parsePidStat, parseSchedstat, readKept } from '../../src/sample/proc.js';
import { parsePs } from '../../src/sample/ps.js';

test('the stat of a process is read, whatever its name is', () => {
  const stat =
    '29981 (a ) R (b) S 29979 29979 25491 0 -1 4194304 105 0 0 0 7 3 20 1 20 0 11 0 2393050 3133440 388';
  expect(parsePidStat(stat)).toEqual({
    parent: 29979,
    threads: 11,
    started: 2393050,
    user: 70_000,
    system: 30_000,
    childUser: 200_000,
    childSystem: 10_000,
  });
});

test('the schedstat of a thread is read', () => {
  expect(parseSchedstat('194484674 39267717 904\n')).toBe(194_484);
});

test('the table of ps is read', () => {
  expect(parsePs('  1  0  1024 1-02:03:04\n 20  1 8 00:01.50\n')).toEqual([
    { pid: 1, parent: 0, rss: 2 ** 20, cpu: (86_400 + 2 * 3600 + 3 * 60 + 4) * 1e6 },
    { pid: 20, parent: 1, rss: 8192, cpu: 1_500_000 },
  ]);
});

test.runIf(process.platform === 'linux')(
  'a file that is kept open tells news, until its process has ended',
  async () => {
    const child = spawn('cat');
    const path = `${child.pid}/stat`;
    const openFiles = () => readdirSync('/proc/self/fd').length;
    const before = openFiles();
    expect(parsePidStat(readKept(path) ?? '').parent).toBe(process.pid);
    expect(readKept(path)).toContain('(cat)');
    expect(openFiles()).toBe(before + 1);
    const own = `${process.pid}/task/${process.pid}/schedstat`;
    const ran = parseSchedstat(readKept(own) ?? '');
    for (const end = performance.now() + 50; performance.now() < end; );
    expect(parseSchedstat(readKept(own) ?? '')).toBeGreaterThan(ran);
    child.kill();
    await once(child, 'exit');
    expect(readKept(path)).toBeUndefined();
    const other = spawn('cat');
    readKept(`${other.pid}/stat`);
    const open = openFiles();
    other.kill();
    await once(other, 'exit');
    closeEnded();
    expect(openFiles()).toBeLessThan(open);
  },
);
