import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { readTree } from '../src/sample/tree.js';
import { bench, leftOf, readResults, test } from './bench-process.js';

/** As short as it can be: what is measured does not matter here. */
const short = [
  ...['--targets', 'node', '--events', 'plaintext', '--no-control', '--no-proof'],
  ...['--warm-up', '0.3', '--duration', '0.3'],
];
const saturation = [...short, '--phases', 'saturation'];

const server = /apps\/node\/dist\/server\.js/;
const postgres = /^\S+bin\/postgres -D/;
const dead = 'died (SIGKILL, as where memory runs out)';

/**
 * Kills a generator until it was one that was loading: of others nobody takes notice.
 *
 * @throws {Error} with what the bench said, where it ended without that
 */
async function killLoading(
  { child, said, untilRuns }: ReturnType<typeof bench>,
  generator: RegExp,
  line: string,
) {
  let pid = 0;
  while (!said().includes(line)) {
    if (child.exitCode !== null) {
      throw new Error(`none was loading, and the bench said: ${said()}`);
    }
    const next = await Promise.race([untilRuns(generator, pid), sleep(100, 0)]).catch(() => 0);
    // What the bench said before it started that one arrives meanwhile.
    await sleep(20);
    if (next === 0 || said().includes(line)) continue;
    pid = next;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

// Processes are found in /proc.
describe.runIf(existsSync('/proc')).concurrent('what dies while a bench runs', () => {
  test('the bench: its finished rounds stay and no process does; it is resumed, whoever reads', async ({
    folder,
    out,
  }) => {
    const { child, ended, untilSaid, untilRuns } = bench([
      ...[...saturation, '--rounds', '2', '--out', out],
    ]);
    const first = await untilRuns(server);
    await untilSaid('round 1, node plaintext:');
    await untilRuns(server, first);
    // What would end it has to hear of it: that is the next thing the bench does.
    await sleep(500);
    const started = await readTree(child.pid ?? 0);
    // The bench, autocannon, PostgreSQL with what ends it and three of its own, the server and what would end that.
    expect(started.length).toBeGreaterThan(7);
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    expect(await leftOf(started)).toEqual([]);
    const killed = readResults(out);
    expect(killed).toMatchObject({ interrupted: true, cells: [{ round: 1 }] });
    // The terminal is closed meanwhile.
    const resumed = bench(['--resume', out]);
    await resumed.untilRuns(server);
    resumed.child.stderr.destroy();
    resumed.child.stdout.destroy();
    await expect(resumed.ended).rejects.toThrow('Premature close');
    expect(await leftOf([resumed.child.pid ?? 0])).toEqual([]);
    const results = readResults(out);
    expect(results).toMatchObject({ interrupted: false, cells: [{ round: 1 }, { round: 2 }] });
    expect(results.cells[0]).toEqual(killed.cells[0]);
    expect(readdirSync(folder).toSorted()).toEqual(['results.html', 'results.json', 'results.md']);
  });

  test('k6, once: the load is repeated; again and again: the run ends', async ({ out }) => {
    const args = ['--phases', 'fixed-rate', '--rate', '100', '--rounds', '20'];
    const running = bench([...short, ...args, '--out', out]);
    // k6 is tried out before.
    const first = await running.untilRuns(server);
    const started = await readTree(running.child.pid ?? 0);
    await killLoading(running, /k6 run/, `k6 ${dead}: that load is repeated`);
    await running.untilSaid('round 1, node plaintext:');
    await running.untilRuns(server, first);
    // In that round, or a later one where a machine that is busy left nothing to load in it.
    await killLoading(running, /k6 run/, `The run ends early: k6 ${dead}`);
    const { code, stdout, stderr } = await running.ended;
    expect(stdout).toContain(`To complete it: npm run bench -- --resume ${out}`);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(1);
    const { interrupted, cells } = readResults(out);
    expect(interrupted).toBe(true);
    expect(cells.map(({ round }) => round)).toEqual(cells.map((_, index) => index + 1));
    expect(cells).not.toEqual([]);
    // A machine that is busy may make it void.
    expect(cells[0]?.phases.fixedRate?.void ?? '').not.toContain('died');
    expect(await leftOf(started)).toEqual([]);
  });

  test('autocannon: as k6; a server: void until the next round; PostgreSQL: the run ends', async ({
    out,
  }) => {
    const running = bench([...saturation, '--rounds', '4', '--out', out]);
    const first = await running.untilRuns(server);
    await killLoading(running, /autocannon\/worker/, `autocannon ${dead}: that load is repeated`);
    await running.untilSaid('round 1, node plaintext:');

    const second = await running.untilRuns(server, first);
    await sleep(400);
    process.kill(second, 'SIGKILL');
    await running.untilSaid('round 2, node plaintext: void,');
    expect(running.said()).toMatch(/^round 2, node: void, .*(died \(SIGKILL\)|did not start)/m);

    await running.untilRuns(server, first, second);
    const started = await readTree(running.child.pid ?? 0);
    process.kill(await running.untilRuns(postgres), 'SIGKILL');
    const { code, stdout, stderr } = await running.ended;
    expect(stderr).toMatch(/^The run ends early: PostgreSQL does not answer any more \(.+\)$/m);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toContain(`To complete it: npm run bench -- --resume ${out}`);
    expect(code).toBe(1);
    expect(readResults(out)).toMatchObject({
      interrupted: true,
      cells: [{ round: 1 }, { round: 2 }],
    });
    expect(await leftOf(started)).toEqual([]);
  });
});
