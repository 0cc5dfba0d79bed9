import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  childrenOf,
  type EmbeddedPostgres,
  freePort,
  startEmbeddedPostgres,
} from '@heptathlon/db/embedded';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listTargets, oneOfEachRuntime, targetsUnderTest } from '../src/index.js';

const program = fileURLToPath(new URL('../dist/serve.js', import.meta.url));

function serve(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, DATABASE_URL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code], stdout, stderr]) => ({ code, stdout, stderr }),
  );
  started.push({ child, ended });
  return { child, ended };
}

const started: { child: ChildProcess; ended: Promise<unknown> }[] = [];
// Also where a test fails halfway.
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill();
    await ended;
  }
});

/** @throws with what it said, where it ends first */
async function untilReady(url: string, { child, ended }: ReturnType<typeof serve>) {
  while (child.exitCode === null && child.signalCode === null) {
    try {
      return await fetch(`${url}/db`, { headers: { connection: 'close' } });
    } catch {
      await sleep(50);
    }
  }
  throw new Error((await ended).stderr);
}

/** For those that end before they need one: a server's own takes a second to start. */
let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
});
afterAll(() => postgres.stop());

const [one] = targetsUnderTest();

describe.each(targetsUnderTest())('serve $name', ({ name, framework, version, runtime }) => {
  test('starts it on a database of its own, says so in one line, and stops with exit code 0', async () => {
    const port = String(await freePort());
    // A small system has no program but what comes with us: no `ps`, no `id`.
    const served = serve([name], { PORT: port, PATH: '/nowhere' });
    const { child, ended } = served;
    const response = await untilReady(`http://127.0.0.1:${port}`, served);
    expect(response.status).toBe(200);
    child.kill('SIGTERM');
    // What comes twice, as from a terminal and from npm above it, is one request to stop.
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      url: `http://127.0.0.1:${port}`,
      framework,
      version,
      runtime: runtime ?? `Node ${process.versions.node}`,
      workers: 1,
      poolSize: 1,
    });
  });

  test('an occupied port is one clear line', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    // One has a database of its own to end, too.
    const env = { PORT: String(port), DATABASE_URL: name === one?.name ? '' : postgres.url };
    const { code, stdout, stderr } = await serve([name], env).ended;
    other.close();
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `${framework}: 127.0.0.1:${port} is in use. Stop the program that listens there, or set PORT.\n`,
    );
  });

  test('so it is with several workers', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const env = { PORT: String(port), WORKERS: '2', DATABASE_URL: postgres.url };
    const { code, stderr } = await serve([name], env).ended;
    other.close();
    expect(code).toBe(1);
    expect(new Set(stderr.trim().split('\n'))).toEqual(
      new Set([
        `${framework}: 127.0.0.1:${port} is in use. Stop the program that listens there, or set PORT.`,
      ]),
    );
  });

  test('a wrong POOL_SIZE is one clear line', async () => {
    const { code, stderr } = await serve([name], {
      POOL_SIZE: 'many',
      DATABASE_URL: postgres.url,
    }).ended;
    expect(code).toBe(2);
    expect(stderr).toBe(
      `${framework}: POOL_SIZE must be a whole number from 1 to 1000, not "many"\n`,
    );
  });
});

test.each(oneOfEachRuntime(targetsUnderTest()))(
  'PORT=0 WORKERS=2 of $name: all workers share the port that is announced',
  async ({ name }) => {
    const { child, ended } = serve([name], { PORT: '0', WORKERS: '2', DATABASE_URL: postgres.url });
    const [announced] = await once(child.stdout, 'data');
    const { url, pid } = JSON.parse(String(announced));
    const workers = (await childrenOf(pid)).toSorted((a, b) => a - b);
    expect(workers).toHaveLength(2);
    // What is announced is where the first one listens: without it only one that shares its port is there.
    process.kill(Number(workers[0]), 'SIGKILL');
    // Until the supervisor knows, what connects may still be the dead one's.
    for await (const line of on(child.stdout, 'data')) if (String(line).includes('died')) break;
    const response = await fetch(`${url}/plaintext`, { headers: { connection: 'close' } });
    expect(response.status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  },
);

test('a name that is none lists those that are', async () => {
  const { code, stdout, stderr } = await serve(['nonsense']).ended;
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toBe(
    `There is no target "nonsense". Targets: ${listTargets()
      .map(({ name }) => name)
      .join(', ')}\n`,
  );
});

test('no name, or an option that is none, is one clear line', async () => {
  const { code, stderr } = await serve([]).ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/^Name one target: .*\n$/);
  expect((await serve(['--port', '1']).ended).stderr).toMatch(/^Unknown option '--port'/);
});

test('a database that cannot be reached is one clear line', async () => {
  const port = await freePort();
  const { code, stderr } = await serve(['node'], {
    DATABASE_URL: `postgres://u:p@127.0.0.1:${port}/x`,
  }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^The database x at 127\.0\.0\.1:\d+ cannot be prepared: .*ECONNREFUSED.*\.\n$/,
  );
});

test('--help names the targets and the environment', async () => {
  const { code, stdout } = await serve(['--help']).ended;
  expect(code).toBe(0);
  for (const word of ['fastify', 'PORT', 'POOL_SIZE', 'WORKERS']) expect(stdout).toContain(word);
});

test('a database of another kind is one clear line, exit code 2', async () => {
  const { code, stderr } = await serve(['node'], { DATABASE_URL: 'mysql://u:p@host' }).ended;
  expect(stderr).toBe(
    'The URL of a database has to start with postgres:// or postgresql://, not with mysql://\n',
  );
  expect(code).toBe(2);
});
