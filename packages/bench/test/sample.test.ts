import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { parsePs, sampleTree } from '../src/sample.js';

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
  const { cpu, rss } = await sampleTree(Number(child.pid));
  child.kill('SIGKILL');
  const said = Number(printed);
  expect(said).toBeGreaterThan(800_000);
  // The system counts in ticks of 10 ms, and the ends of both processes come after they have spoken.
  expect(cpu).toBeGreaterThan(said * 0.9);
  expect(cpu).toBeLessThan(said * 1.3);
  expect(rss).toBeGreaterThan(10 * 2 ** 20);
});

test('a process that is gone has used nothing', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  expect(await sampleTree(Number(child.pid))).toEqual({ cpu: 0, rss: 0 });
});

test('the table of ps is read', () => {
  expect(parsePs('  1  0  1024 1-02:03:04\n 20  1 8 00:01.50\n')).toEqual([
    { pid: 1, parent: 0, rss: 2 ** 20, cpu: (86_400 + 2 * 3600 + 3 * 60 + 4) * 1e6 },
    { pid: 20, parent: 1, rss: 8192, cpu: 1_500_000 },
  ]);
});
