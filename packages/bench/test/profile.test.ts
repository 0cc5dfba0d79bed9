import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runProfile } from '../src/profile/cli.js';
import type { CallFrame, CpuProfile } from '../src/profile/cpu-profile.js';
import { originOf } from '../src/profile/origin.js';
import { renderPage } from '../src/profile/page.js';
import { findSelfTimes } from '../src/profile/self-time.js';
import { buildTree } from '../src/profile/tree.js';
import { launchBrowser } from './output/browser.js';
import { startedBy } from './started-by.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const modules = pathToFileURL(`${root}node_modules/.pnpm/`).href;

const frame = (functionName: string, url = '', lineNumber = -1, scriptId = '0'): CallFrame => {
  return { functionName, url, lineNumber, columnNumber: -1, scriptId };
};

const express = `${modules}express@5.3.0_supports-color@7.2.0/node_modules/express/lib/response.js`;

/** 20 samples: 4 idle, 2 (program), 1 of the collector; 9 of send, by two ways; 4 of end. */
const profile: CpuProfile = {
  startTime: 0,
  endTime: 20_000,
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 5, 8] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('(program)') },
    { id: 4, callFrame: frame('(garbage collector)') },
    { id: 5, callFrame: frame('emit', 'node:events', 9, '7'), children: [6] },
    { id: 6, callFrame: frame('send', express, 99, '8'), children: [7] },
    { id: 7, callFrame: frame('end', 'node:_http_outgoing', 49, '9') },
    { id: 8, callFrame: frame('send', express, 99, '8') },
    { id: 10, callFrame: frame('never', express, 1, '8') },
  ],
  samples: [2, 6, 6, 6, 7, 2, 8, 8, 8, 8, 3, 7, 6, 2, 4, 7, 6, 3, 2, 7],
};

describe('a profile', () => {
  test('says how much time each function took itself, whoever has called it', () => {
    const { functions, ...times } = findSelfTimes(profile);
    expect(functions).toEqual([
      { name: 'send', package: 'express', place: 'express/lib/response.js:100', share: 9 / 16 },
      { name: 'end', package: 'node:http', place: 'node:_http_outgoing:50', share: 4 / 16 },
      {
        ...{ name: '(garbage collector)', package: '(garbage collector)', place: '' },
        share: 1 / 16,
      },
    ]);
    expect(times).toEqual({
      samples: 20,
      idle: 4 / 20,
      program: 2 / 16,
      packages: [
        { name: 'express', share: 9 / 16 },
        { name: 'node:http', share: 4 / 16 },
        { name: '(garbage collector)', share: 1 / 16 },
      ],
    });
  });

  test('is a tree of calls, without those that no sample fell on', () => {
    const tree = buildTree(profile);
    expect(tree).toMatchObject({ name: 'all', value: 16, self: 0 });
    const names = tree.children.map(({ name, value, self }) => `${name} ${value} ${self}`);
    expect(names).toEqual(['(program) 2 2', '(garbage collector) 1 1', 'emit 9 0', 'send 4 4']);
    expect(tree.children[2]?.children).toMatchObject([
      { name: 'send', value: 9, self: 5, children: [{ name: 'end', value: 4 }] },
    ]);
  });

  test('of nothing is no error', () => {
    const empty = { ...profile, samples: [] };
    expect(findSelfTimes(empty)).toMatchObject({ samples: 0, idle: 0, program: 0, functions: [] });
    expect(buildTree(empty)).toMatchObject({ name: 'all', value: 0 });
    const markup = renderPage('<b>', ['</script>'], empty);
    expect(markup).not.toContain('<b>');
  });
});

describe('where a function comes from', () => {
  test.each([
    [
      frame('a', `${modules}@nestjs+core@12.5.1_x/node_modules/@nestjs/core/a/b.js`, 1),
      '@nestjs/core',
      '@nestjs/core/a/b.js:2',
    ],
    [frame('a', '/x/node_modules/a/node_modules/b/c.js', 4), 'b', 'b/c.js:5'],
    [frame('a', 'node:_http_server', 0), 'node:http', 'node:_http_server:1'],
    [
      frame('a', 'node:internal/streams/writable', 0),
      'node:stream',
      'node:internal/streams/writable:1',
    ],
    [
      frame('a', 'node:internal/stream_base_commons', 0),
      'node:stream',
      'node:internal/stream_base_commons:1',
    ],
    [frame('a', 'node:internal/timers', 0), 'node:timers', 'node:internal/timers:1'],
    [frame('a', 'node:internal/fixed_queue', 0), 'node:internal', 'node:internal/fixed_queue:1'],
    [frame('a', 'node:fs/promises', 0), 'node:fs', 'node:fs/promises:1'],
    [frame('writev'), '(native)', ''],
    [frame('anonymous', '', 3, '70'), '(generated code)', ''],
    [frame('(program)'), '(program)', ''],
    [frame('a', 'wasm://wasm/1234'), '(WebAssembly)', ''],
    [frame('a', 'file:///elsewhere/server.js', 6), '(application)', '/elsewhere/server.js:7'],
  ])('%j', (callFrame, name, place) => {
    expect(originOf(callFrame)).toEqual({ package: name, place });
  });

  test('a file of this repository is named by its source', () => {
    const file = `${root}apps/express/dist/app.js`;
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((text) => text.includes("app.get('/plaintext'"));
    const source = readFileSync(`${root}apps/express/src/app.ts`, 'utf8').split('\n');
    const expected = source.findIndex((text) => text.includes("app.get('/plaintext'")) + 1;
    const callFrame = { ...frame('', pathToFileURL(file).href, line, '5'), columnNumber: 8 };
    expect(originOf(callFrame)).toEqual({
      package: 'apps/express',
      place: `apps/express/src/app.ts:${expected}`,
    });
  });
});

let folder: string;
let printed: string;
let said: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
  printed = '';
  said = '';
  vi.spyOn(console, 'log').mockImplementation((text) => {
    printed += `${text}\n`;
  });
  vi.spyOn(console, 'error').mockImplementation((text) => {
    said += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const { signal } = new AbortController();

describe('npm run bench -- profile', () => {
  test('express plaintext names its own package, and writes a page that loads nothing', async () => {
    const out = join(folder, 'new', 'flame.html');
    const args = ['express', 'plaintext', '--duration', '1', '--out', out];
    expect(await runProfile(args, signal)).toBe(0);
    expect(said).toMatch(/express: starting\n.*warming up for 3 s\n.*profiling for 1 s\n$/);
    expect(printed).toMatch(/^express plaintext\n\d+ samples in 1\.\d s/);
    expect(printed).toContain(', 0 errors\n');
    // One of its own functions need not be among the first ten: its router's are.
    expect(printed).toMatch(/ (express|router) +\1\/[\w/]+\.js:\d+\n/);
    for (const name of ['express', 'node:http']) {
      expect(printed).toMatch(new RegExp(`^By package: .*\\b${name} \\d+\\.\\d %`, 'm'));
    }
    expect(printed).toMatch(/^\(program\) \d+\.\d % /m);
    expect(printed).toMatch(/^\(idle\) \d+\.\d % /m);
    expect(printed).toContain(`flame graph: ${out}`);
    const table = printed.slice(printed.indexOf('self'), printed.indexOf('\nBy package'));
    expect(table.trim().split('\n')).toHaveLength(11);

    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(pathToFileURL(out).href);
      await page.waitForSelector('#graph rect');
      expect(requests).toEqual([pathToFileURL(out).href]);
      expect(await page.locator('#graph rect').count()).toBeGreaterThan(20);
      await page.fill('input[name=term]', 'node:http');
      await page.getByRole('button', { name: 'Find' }).click();
      expect(await page.locator('#graph rect[fill="#e600e6"]').count()).toBeGreaterThan(0);
      await page.getByRole('button', { name: 'Show all' }).click();
      expect(await page.locator('#graph rect[fill="#e600e6"]').count()).toBe(0);
      await page.setViewportSize({ width: 390, height: 800 });
      await expect
        .poll(() => page.evaluate('document.documentElement.scrollWidth'))
        .toBeLessThanOrEqual(390);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test('the page is as good as all reports for people who cannot see it', async () => {
    const file = join(folder, 'page.html');
    writeFileSync(file, renderPage('express plaintext', ['a fact'], profile));
    const browser = await launchBrowser();
    try {
      for (const colorScheme of ['light', 'dark'] as const) {
        const context = await browser.newContext({ bypassCSP: true, colorScheme });
        const page = await context.newPage();
        await page.goto(pathToFileURL(file).href);
        await page.addScriptTag({
          path: createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
        });
        const found = (await page.evaluate('axe.run()')) as {
          violations: { id: string; impact: string }[];
        };
        const serious = found.violations.filter(({ impact }) => /serious|critical/.test(impact));
        expect(serious).toEqual([]);
      }
    } finally {
      await browser.close();
    }
  });

  test.runIf(existsSync('/proc'))('leaves nothing behind where it is ended', async () => {
    vi.stubEnv('MARK', folder);
    for (const after of ['starting', 'warming up', 'profiling']) {
      said = '';
      const stop = new AbortController();
      const out = join(folder, 'flame.html');
      const ended = runProfile(['node', 'json', '--duration', '60', '--out', out], stop.signal);
      ended.catch(() => {});
      while (!said.includes(after)) await sleep(5);
      stop.abort(new Error('SIGINT'));
      await expect(ended).rejects.toThrow('SIGINT');
      expect(startedBy(folder)).toEqual([]);
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  test('a server that is not run by Node is one clear line', async () => {
    const file = join(folder, 'targets.json');
    // Like one in another language, it takes no notice of NODE_OPTIONS.
    const script = join(folder, 'server.mjs');
    writeFileSync(
      script,
      `import { createServer } from 'node:http';
      createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1');`,
    );
    const command = ['/bin/sh', '-c', `unset NODE_OPTIONS; exec "${process.execPath}" server.mjs`];
    writeFileSync(file, JSON.stringify({ other: { command } }));
    await expect(runProfile(['other', 'json', '--targets-file', file], signal)).rejects.toThrow(
      'other cannot be profiled: it is no Node server: it has no inspector',
    );
  });

  test('--help names targets, events and options', async () => {
    expect(await runProfile(['--help'], signal)).toBe(0);
    for (const word of ['fastify', 'jsonBody', '--duration', '--generator', '--out']) {
      expect(printed).toContain(word);
    }
  });

  test.each([
    [[], 'Name a target and an event. See npm run bench -- profile --help'],
    [['node'], 'Name a target and an event.'],
    [['node', 'json', 'db'], 'Name a target and an event.'],
    [['nonsense', 'json'], 'There is no target "nonsense". Targets: express,'],
    [['node', 'nonsense'], 'There is no event "nonsense". Events: plaintext,'],
    [['node', 'json', '--generator', 'ab'], 'There is no generator "ab". Generators: autocannon,'],
    [['node', 'json', '--duration', '0'], '--duration must be seconds from 0.1 to 600, not "0"'],
    [['hono-bun', 'json'], 'hono-bun cannot be profiled: it runs on Bun '],
    [['hono-deno', 'json'], 'hono-deno cannot be profiled: it runs on Deno '],
    [['node', 'json', '--nonsense'], "Unknown option '--nonsense'. See npm run bench -- profile"],
  ])('%j is one clear line', async (args, message) => {
    await expect(runProfile(args, signal)).rejects.toThrow(message);
    await expect(runProfile(args, signal)).rejects.toMatchObject({ name: 'UsageError' });
  });
});
