import { setTimeout as sleep } from 'node:timers/promises';
import { listTargets } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Compose, docker } from './compose.js';

const targets = listTargets().map(({ name }) => name);

const compose = new Compose('heptathlon-limits');

/** Half a core of one, and little memory: limits that can be reached in a second. */
const limits = {
  PORT: '0',
  SERVER_CPUS: '0.5',
  SERVER_CPUSET: '0',
  SERVER_MEMORY: '256m',
  POSTGRES_CPUS: '0.5',
  POSTGRES_CPUSET: '0',
  POSTGRES_MEMORY: '256m',
};

afterAll(() => compose.down());

/** Tries to write a file into every folder; prints those where it could. */
const writeEverywhere = `find / -path /proc -prune -o -path /sys -prune -o -type d -print 2>/dev/null |
  while read -r folder; do
    (: > "$folder/.written") 2>/dev/null && rm "$folder/.written" && echo "$folder"
  done
  true`;

/** Two processes that do nothing but count, for 2 s; prints the CPU time that they got. */
const burn = `for process in 1 2; do timeout 2 sh -c 'while :; do :; done' & done; wait; times`;

/** The processes of a container: their ids, and of each its user's. */
async function processesOf(service: string): Promise<Map<string, string>> {
  const { stdout } = await docker(['top', compose.container(service), '-eo', 'pid,uid']);
  const lines = stdout.trim().split('\n').slice(1);
  return new Map(lines.map((line) => line.trim().split(/\s+/) as [string, string]));
}

/** Takes 400 MB at once. */
const hoard = 'head -c 400000000 /dev/zero | tail > /dev/null';

/** What only the database may write to, beside /tmp: its data, its socket, its shared memory. */
const databaseFolders = /^\/(run|var\/run|var\/lib)\/postgresql(\/|$)|^\/dev\/shm$/;

describe.each([...targets, 'postgres'])('%s', (service) => {
  beforeAll(async () => {
    await compose.with(limits).up(service === 'postgres' ? 'node' : service);
  });

  test('can write to /tmp and nowhere else, but for what it tells k6', async () => {
    const { code, stdout } = await compose.shell(service, writeEverywhere);
    const folders = stdout.trim().split('\n');
    const others = folders.filter(
      (folder) => !(service === 'postgres' && databaseFolders.test(folder)),
    );
    const own = service === 'postgres' ? [] : ['/run/heptathlon'];
    expect(others.sort()).toEqual([...own, '/tmp']);
    expect(code).toBe(0);
  });

  test('has no process of root, and no capability', async () => {
    const before = await processesOf(service);
    await sleep(1000);
    const after = await processesOf(service);
    // PostgreSQL's health check comes and goes as root, like the entry point of its image.
    const staying = [...after].filter(([pid]) => before.has(pid));
    expect(staying.length).toBeGreaterThan(0);
    expect(staying.filter(([, user]) => user === '0')).toEqual([]);
    const status = await compose.shell(service, 'cat /proc/self/status');
    expect(status.stdout).toMatch(/^CapEff:\s+0+$/m);
    expect(status.stdout).toMatch(/^NoNewPrivs:\s+1$/m);
  });

  test('gets no more CPU time than it may have, on the cores that it may use', async () => {
    const allowed = await compose.shell(service, 'grep Cpus_allowed_list /proc/self/status');
    expect(allowed.stdout.trim()).toBe('Cpus_allowed_list:\t0');
    const { stdout } = await compose.shell(service, burn);
    const [user = 0, system = 0] = [
      ...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g),
    ].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds));
    // 2 s of one core at half of it; unlimited, the two would get 2 s on that core, if nobody else wanted it.
    expect(user + system).toBeGreaterThan(0);
    expect(user + system).toBeLessThan(1.4);
  });

  test('gets no more memory than it may have, and survives who asked for it', async () => {
    const { code } = await compose.shell(service, hoard);
    expect(code).toBe(137);
    expect(await compose.inspect(service, '{{.State.Status}}')).toBe('running');
    const address = await compose.run([], 'port', 'lane', '3000');
    const answer = await fetch(`http://${address.trim()}/plaintext`);
    expect(answer.status).toBe(200);
  });
});

test('lane, seed and k6 have no user of root either', async () => {
  for (const image of ['heptathlon/seed', 'grafana/k6:2.2.0']) {
    const { stdout } = await docker(['inspect', '-f', '{{.Config.User}}', image]);
    expect(stdout.trim()).not.toMatch(/^(|root|0)$/);
  }
});
