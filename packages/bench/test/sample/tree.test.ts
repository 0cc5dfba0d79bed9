import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { readMemory } from '../../src/sample/memory.js';
import { parsePs, readTree, readUsage } from '../../src/sample/tree.js';

/** Burns CPU in a child of its own, then says how much the two have used, in µs, and stays. */
const burner = `
  const { spawnSync } = require('node:child_process');
  const burn = 'const end = process.cpuUsage().user + 400000; while (process.cpuUsage().user < end); console.log(JSON.stringify(process.cpuUsage()))';
  const child = JSON.parse(spawnSync(process.execPath, ['-e', burn], { encoding: 'utf8' }).stdout);
  eval(burn.replace('console.log', 'void '));
  const own = process.cpuUsage();
  process.stdout.write(String(own.user + own.system + child.user + child.system));
  setInterval(() => {}, 1000);`;

test('the CPU time of a tree is what its processes say, children that have ended included', async () => {
  const child = spawn(process.execPath, ['-e', burner], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = await once(child.stdout, 'data');
  const pid = Number(child.pid);
  const { cpu, user, system } = await readUsage(pid);
  const { rss, pss } = await readMemory(pid);
  expect(await readTree(pid)).toEqual([pid]);
  child.kill('SIGKILL');
  const said = Number(printed);
  expect(said).toBeGreaterThan(800_000);
  // The ends of both processes come after they have spoken.
  expect(cpu).toBeGreaterThan(said * 0.9);
  expect(cpu).toBeLessThan(said * 1.3);
  expect(user + system).toBeCloseTo(cpu, 3);
  expect(Math.min(user, system)).toBeGreaterThan(0);
  expect(rss).toBeGreaterThan(10 * 2 ** 20);
  if (process.platform === 'linux') expect(pss).toBeLessThanOrEqual(rss);
});

test('a process that is gone has used nothing', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  expect(await readUsage(Number(child.pid))).toMatchObject({ cpu: 0, user: 0, system: 0 });
  expect((await readMemory(Number(child.pid))).rss).toBe(0);
});

test('the table of ps is read', () => {
  expect(parsePs('  1  0  1024 1-02:03:04\n 20  1 8 00:01.50\n')).toEqual([
    { pid: 1, parent: 0, rss: 2 ** 20, cpu: (86_400 + 2 * 3600 + 3 * 60 + 4) * 1e6 },
    { pid: 20, parent: 1, rss: 8192, cpu: 1_500_000 },
  ]);
});
