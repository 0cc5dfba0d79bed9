import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { cases } from '@heptathlon/conformance';
import { operations } from '@heptathlon/contract';
import { listTargets, type StartedTarget, startTarget } from '@heptathlon/targets';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { launchBrowser } from '../../bench/test/output/browser.js';
import { readConformanceTable } from '../src/api/conformance.js';
import { readRuleBook } from '../src/api/rule-book.js';
import { ADDED } from './built-site.js';
import { repository } from './copy.js';

const { url } = inject('site');

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe('the rule book without a script', () => {
  const { paths, info } = parse(readFileSync(join(repository, 'openapi.yaml'), 'utf8'));

  test('has every operation, and every status of each', () => {
    const book = readRuleBook();
    expect(book.operations.map(({ id }) => id)).toEqual(
      operations.map(({ operationId }) => operationId),
    );
    const [, json, , params] = book.operations;
    expect(json?.answers[0]?.shape).toBe('{ message: string }');
    expect(params?.parameters[0]?.shape).toBe('string (1 to 100 characters)');
    for (const { method, path, answers } of book.operations) {
      expect(answers.map(({ status }) => status)).toEqual(
        Object.keys(paths[path][method.toLowerCase()].responses),
      );
    }
  });

  test('is shown, word for word', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(`${url}api/`);
    const said = (await page.locator('main').textContent())?.replace(/\s+/g, ' ') ?? '';
    for (const paragraph of info.description.split('\n\n')) {
      expect(said).toContain(paragraph.replace(/[`*]/g, '').replace(/\s+/g, ' ').trim());
    }
    expect(await page.locator('.operation h2').allTextContents()).toEqual(
      readRuleBook().operations.map(({ method, path }) =>
        expect.stringContaining(`${method} ${path}`),
      ),
    );
    await page.close();
  });
});

describe('what a reader tries', () => {
  let target: StartedTarget;
  let proxy: Server;
  let base: string;
  beforeAll(async () => {
    const node = listTargets().find(({ name }) => name === 'node');
    if (!node) throw new Error('there is no target "node"');
    // No operation that is tried here needs its database.
    target = await startTarget(node, { databaseUrl: 'postgres://u:p@127.0.0.1:9/none' });
    proxy = allowing(target.url).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    proxy.close();
    proxy.closeAllConnections();
    await target.stop();
  });

  /** Sends an operation's request, and waits for what is shown. */
  async function send(page: Page, id: string): Promise<string> {
    await page.getByRole('button', { name: `Send ${id}`, exact: true }).click();
    const shown = page.getByLabel(`Answer to ${id}`, { exact: true });
    await shown.waitFor();
    return (await shown.textContent()) ?? '';
  }

  test('goes to a server at the base URL that was chosen, which is kept, and to nobody else', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${url}api/`);
    await page.getByLabel('Base URL of a server').fill(base);
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.reload();
    expect(await page.getByLabel('Base URL of a server').inputValue()).toBe(base);
    expect(await send(page, 'plaintext')).toMatch(
      /^GET \S+\/plaintext\n\n200 OK \(\d+ ms\)\n[\s\S]*content-type: text\/plain[\s\S]*\n\nHello, World!$/,
    );
    const id = page.locator('form[data-path="/users/{id}"] input');
    await id.fill('a/b ü');
    expect(await send(page, 'params')).toContain('{"id":"a/b ü"}');
    await page.getByRole('textbox', { name: 'Body' }).fill('{"a":');
    expect(await send(page, 'jsonBody')).toMatch(
      /^POST .*\n\n400 Bad Request [\s\S]*"status":400}$/,
    );
    await page.getByRole('textbox', { name: 'Body' }).fill('[1]');
    await page.getByRole('button', { name: 'Send jsonBody' }).click();
    await page.getByText(/\n\n\[1\]$/).waitFor();
    expect(await send(page, 'db')).toContain('503 Service Unavailable');
    expect(asked).toContain(`${base}/users/a%2Fb%20%C3%BC`);
    expect(asked.filter((each) => !each.startsWith(url) && !each.startsWith(base))).toEqual([]);
    await page.close();
  });

  test('says so where no server is, or none that a page may read', async () => {
    const page = await browser.newPage();
    await page.goto(`${url}api/`);
    const input = page.getByLabel('Base URL of a server');
    await input.fill('http://');
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByText('That is no URL.').waitFor();
    expect(await send(page, 'plaintext')).toBe('The base URL, above, is no URL.');
    await input.fill(target.url);
    await page.getByRole('button', { name: 'Send plaintext' }).click();
    await page.getByText('No answer that this page may read.').waitFor();
    await page.close();
  });
});

const allowed = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };

/** A server and the headers that let a page of another origin read what it answers. */
function allowing(to: string): Server {
  return createServer(async (request, response) => {
    const { method = 'GET', headers, url: path } = request;
    if (method === 'OPTIONS') {
      response.writeHead(204, allowed).end();
      return;
    }
    const type = headers['content-type'];
    const sent =
      method === 'POST'
        ? { method, body: await text(request), headers: { 'content-type': type ?? '' } }
        : {};
    const answer = await fetch(`${to}${path}`, sent);
    const body = Buffer.from(await answer.arrayBuffer());
    const contentType = answer.headers.get('content-type') ?? '';
    response.writeHead(answer.status, { ...allowed, 'Content-Type': contentType });
    response.end(body);
  });
}

describe('the table of conformance', () => {
  const table = readConformanceTable();

  test('is of the rules and targets that there are: npm run conformance:table writes it', () => {
    expect(table.rules).toEqual(
      cases.map(({ rule, title, database }) => ({ rule, title, database })),
    );
    expect(table.targets.map(({ name, breaks }) => ({ name, breaks }))).toEqual(
      listTargets().map(({ name, breaks = [] }) => ({ name, breaks })),
    );
    for (const { name, breaks, results } of table.targets) {
      const failed = cases.filter(({ rule }) => results[rule] !== 'passed').map(({ rule }) => rule);
      expect(failed, name).toEqual(
        breaks.filter((rule) => cases.some((each) => each.rule === rule)),
      );
    }
  });

  test('is shown, with the servers that have not been proved', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(`${url}api/conformance/`);
    const servers = await page.locator('thead .server').allTextContents();
    expect(servers.toSorted()).toEqual(
      [...listTargets().map(({ name }) => name), ADDED].toSorted(),
    );
    for (const { rule, title } of cases) {
      const row = page.locator(`tr[id="${rule}"]`);
      expect(await row.locator('th').textContent()).toContain(title);
      const shown = await row.locator('td .visually-hidden').allTextContents();
      expect(shown).toEqual(
        servers.map((server) => {
          const target = table.targets.find(({ name }) => name === server);
          if (!target) return 'not proved';
          return target.breaks.includes(rule) ? 'breaks, and says so' : 'keeps';
        }),
      );
    }
    await page.close();
  });
});
