import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { attachTarget, findTarget, listTargets, startTarget } from '@heptathlon/targets';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chooseTargets } from '../src/targets/choose.js';

let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
});
afterAll(() => postgres.stop());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    const exited = once(child, 'exit');
    if (child.kill('SIGKILL')) await exited;
  }
});

function write(targets: unknown): string {
  const file = join(folder, 'targets.json');
  writeFileSync(file, typeof targets === 'string' ? targets : JSON.stringify(targets));
  return file;
}

/** The one target of a file. */
function fromFile(entry: Record<string, unknown>) {
  const [target] = chooseTargets({
    targets: 'other',
    'targets-file': write({ other: entry }),
  });
  if (!target) throw new Error('there is none');
  return target;
}

describe('a server that runs already', () => {
  async function startByHand(env: Record<string, string> = {}) {
    const port = await freePort();
    const [program = '', ...args] = findTarget('node').command;
    const child = spawn(program, args, {
      env: { ...process.env, PORT: String(port), DATABASE_URL: postgres.url, ...env },
      stdio: 'ignore',
    });
    started.push(child);
    return { child, port };
  }

  function targetAt(url: string) {
    const [target] = chooseTargets({ targets: 'node', target: [`mine=${url}`] }).slice(1);
    if (!target || !('url' in target)) throw new Error('there is none');
    // It is started at the same time, on a machine that may be busy.
    return attachTarget({ ...target, ready: { timeout: 300_000 } });
  }

  test('is found by its URL, with its process, and goes on after stop()', async () => {
    const { child, port } = await startByHand();
    const running = await targetAt(`http://127.0.0.1:${port}/`);
    expect(running.url).toBe(`http://127.0.0.1:${port}`);
    expect(running.readyAfter).toBeNull();
    expect(running.pid).toBe(child.pid);
    await running.stop();
    expect((await fetch(`${running.url}/db`)).status).toBe(200);
  });

  test('is found by the name localhost, with its process', async () => {
    const { child, port } = await startByHand();
    expect((await targetAt(`http://localhost:${port}`)).pid).toBe(child.pid);
  });

  test('is the process above its workers', async () => {
    const { child, port } = await startByHand({ WORKERS: '2' });
    expect((await targetAt(`http://127.0.0.1:${port}`)).pid).toBe(child.pid);
  });

  test('is found where it listens at all addresses', async () => {
    for (const host of ['0.0.0.0', '::']) {
      const { child, port } = await startByHand({ HOST: host });
      expect((await targetAt(`http://127.0.0.1:${port}`)).pid).toBe(child.pid);
    }
  });

  test('that does not answer is one clear line', async () => {
    const port = await freePort();
    const [target] = chooseTargets({ targets: 'x', target: [`x=http://127.0.0.1:${port}`] });
    if (!target || !('url' in target)) throw new Error('there is none');
    await expect(attachTarget({ ...target, ready: { timeout: 10 } })).rejects.toThrow(
      `x does not answer at http://127.0.0.1:${port}/plaintext`,
    );
  });
});

describe('a command of a targets file', () => {
  test('is started with its own variables, and ours, and is ready when the path answers that it names', async () => {
    // It answers /ready when it was told its variables, and 503 on all else.
    writeFileSync(
      join(folder, 'server.mjs'),
      `import { createServer } from 'node:http';
      const { HOST, PORT, GREETING, DATABASE_URL, POOL_SIZE, NODE_OPTIONS } = process.env;
      const ready = Date.now() + 300;
      createServer((request, response) => {
        const isReady = request.url === '/ready' && Date.now() > ready;
        response.writeHead(isReady ? 200 : 503).end(JSON.stringify({ GREETING, DATABASE_URL, POOL_SIZE, NODE_OPTIONS }));
      }).listen(PORT, HOST);`,
    );
    const target = fromFile({
      command: [process.execPath, 'server.mjs'],
      env: { GREETING: 'hello', POOL_SIZE: '9', NODE_OPTIONS: '--no-warnings' },
      ready: { path: '/ready', timeout: 300 },
    });
    if (!('command' in target)) throw new Error('it is no command');
    const running = await startTarget(target, {
      databaseUrl: 'x',
      env: { POOL_SIZE: '2', NODE_OPTIONS: '--title=x' },
    });
    try {
      expect(running.readyAfter).toBeGreaterThan(300);
      const answer = await (await fetch(`${running.url}/ready`)).json();
      expect(answer).toMatchObject({ GREETING: 'hello', DATABASE_URL: 'x', POOL_SIZE: '2' });
      // They add up.
      expect(answer.NODE_OPTIONS).toMatch(/--no-warnings --title=x$/);
    } finally {
      await running.stop();
    }
  });

  test('can be one of our servers', async () => {
    const target = fromFile({ command: findTarget('fastify').command, ready: { path: '/db' } });
    if (!('command' in target)) throw new Error('it is no command');
    const running = await startTarget(target, { databaseUrl: postgres.url });
    expect((await fetch(`${running.url}/json`)).status).toBe(200);
    expect(await running.stop()).toEqual({ code: 0, signal: null });
  });

  test.runIf(existsSync('/bin/sh'))('that is a shell leaves nothing behind', async () => {
    const [program, file] = findTarget('node').command;
    const target = fromFile({ command: ['/bin/sh', '-c', `"${program}" "${file}"; true`] });
    if (!('command' in target)) throw new Error('it is no command');
    const running = await startTarget(target, { databaseUrl: postgres.url });
    await running.stop();
    await expect(fetch(`${running.url}/plaintext`)).rejects.toThrow();
  });

  test('that is slow to start is ended by the signal', async () => {
    const target = fromFile({ command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] });
    if (!('command' in target)) throw new Error('it is no command');
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stop')), 300);
    const startedAt = Date.now();
    await expect(
      startTarget(target, { databaseUrl: postgres.url, signal: stop.signal }),
    ).rejects.toThrow(/^stop$/);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  test.each([
    [['/nowhere/server'], {}, /^other did not start: spawn \/nowhere\/server ENOENT$/],
    [[process.execPath, '-e', 'throw new RangeError("no")'], {}, /did not start:.*RangeError: no/s],
    [
      [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
      { ready: { timeout: 0.2 } },
      /^other did not answer at http:.*\/plaintext in time: it said nothing$/,
    ],
  ])('that does not start says why: %j', async (command, more, message) => {
    const target = fromFile({ command, ...more });
    if (!('command' in target)) throw new Error('it is no command');
    await expect(startTarget(target, { databaseUrl: postgres.url })).rejects.toThrow(message);
  });
});

describe('who takes part', () => {
  const names = (...asked: Parameters<typeof chooseTargets>) =>
    chooseTargets(...asked).map(({ name }) => name);
  const ours = listTargets().map(({ name }) => name);

  test('all, where none is chosen', () => {
    const file = write({ a: { url: 'http://127.0.0.1:1' }, b: { url: 'http://127.0.0.1:2' } });
    expect(names({})).toEqual(ours);
    expect(names({ 'targets-file': file, target: ['c=http://127.0.0.1:3'] })).toEqual([
      ...ours,
      ...['a', 'b', 'c'],
    ]);
  });

  test('of ours those that the preset names, where it names some', () => {
    const file = write({ a: { url: 'http://127.0.0.1:1' } });
    const target = ['b=http://127.0.0.1:2'];
    const preset = ['node', 'hono'];
    expect(names({}, preset)).toEqual(preset);
    expect(names({ 'targets-file': file, target }, preset)).toEqual([...preset, 'a', 'b']);
    expect(names({ targets: 'fastify,node', target }, preset)).toEqual(['fastify', 'node', 'b']);
    expect(() => names({}, ['nonsense'])).toThrow('There is no target "nonsense". Targets: ');
  });

  test('those chosen, and always those given by --target', () => {
    const file = write({ a: { url: 'http://127.0.0.1:1' }, b: { url: 'http://127.0.0.1:2' } });
    const target = ['c=http://127.0.0.1:3'];
    expect(names({ targets: 'b, node,b', 'targets-file': file, target })).toEqual([
      ...['b', 'node', 'c'],
    ]);
  });
});

describe('a mistake is one clear line', () => {
  test.each([
    ['gin', '--target is NAME=URL, as in gin=http://127.0.0.1:8080, not "gin"'],
    ['a,b=http://127.0.0.1:1', '--target: a name is up to 40 letters, digits and . _ + # -'],
    ['=http://127.0.0.1:1', '--target: a name is up to 40 letters'],
    ['node=http://127.0.0.1:1', '--target: "node" is a server of this repository.'],
    ['x=127.0.0.1:1', '--target x must be a URL like http://127.0.0.1:8080, not "127.0.0.1:1"'],
    ['x=https://a.example', '--target x must be a URL like http://127.0.0.1:8080'],
    ['x=http://a.example/api', '--target x must be a URL like http://127.0.0.1:8080'],
    ['x=http://u:p@a.example', '--target x must be a URL like http://127.0.0.1:8080'],
  ])('--target %s', (target, message) => {
    expect(() => chooseTargets({ target: [target] })).toThrow(message);
  });

  test('two of one name', () => {
    const target = ['x=http://127.0.0.1:1', 'x=http://127.0.0.1:2'];
    expect(() => chooseTargets({ target })).toThrow('There are two targets of the name "x".');
  });

  test('a name that is none', () => {
    expect(() => chooseTargets({ targets: 'y', target: ['x=http://127.0.0.1:1'] })).toThrow(
      /^There is no target "y"\. Targets: express, .*, x$/,
    );
  });

  test('a file that is not there', () => {
    expect(() => chooseTargets({ 'targets-file': '/nowhere.json' })).toThrow(
      '/nowhere.json cannot be read (ENOENT).',
    );
  });

  test.each([
    ['{', 'targets.json cannot be read (it is no JSON).'],
    [[], 'targets.json must be an object.'],
    [{}, 'targets.json names no target.'],
    ['{ "__proto__": {} }', 'a name is up to 40 letters'],
    [{ x: 'http://127.0.0.1:1' }, 'targets.json: "x" must be an object.'],
    [{ x: {} }, '"x" must have a command or a url.'],
    [{ x: { command: ['a'], url: 'http://127.0.0.1:1' } }, '"x" must have a command or a url.'],
    [{ x: { command: 'a b' } }, '"x": command must be a list: the program and its arguments.'],
    [{ x: { command: ['a', 1] } }, '"x": command: each of the list must be text.'],
    [{ x: { command: ['a'], env: { A: 1 } } }, '"x": env: A must be text.'],
    [{ x: { command: ['a'], cwd: 1 } }, '"x": cwd must be text.'],
    [{ x: { command: ['a'], port: 1 } }, '"x" has no "port". It has: command, cwd, env, ready'],
    [{ x: { url: 'x' } }, '"x": url must be a URL like http://127.0.0.1:8080, not "x"'],
    [{ x: { url: 'http://127.0.0.1:1', env: {} } }, '"x" has no "env". It has: url, ready'],
    [{ x: { command: ['a'], ready: { path: 'db' } } }, 'ready.path must begin with a slash.'],
    [{ x: { command: ['a'], ready: { timeout: 0 } } }, 'ready.timeout must be seconds up to 3600.'],
    [{ x: { command: ['a'], ready: { after: 1 } } }, '"x": ready has no "after". It has: path,'],
  ])('the file %j', (targets, message) => {
    const file = write(targets);
    expect(() => chooseTargets({ 'targets-file': file })).toThrow(message);
  });
});
