import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { operations } from '@heptathlon/contract';
import { listTargets } from '@heptathlon/targets';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { launchBrowser } from '../../bench/test/output/browser.js';
import { USUAL } from '../src/code/code.js';
import { topics } from '../src/code/topics.js';
import { ADDED } from './built-site.js';

const { url, root, dist } = inject('site');
const apps = [...listTargets().map(({ name }) => name), ADDED].sort();
const rows = [...operations.map(({ operationId }) => operationId), ...topics.map(({ id }) => id)];

let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
});
afterEach(() => context.close());

/** The columns that are seen, from left to right. */
function columns(): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-column]')]
      .filter((column) => column.offsetParent)
      .sort((one, other) => one.getBoundingClientRect().x - other.getBoundingClientRect().x)
      .map((column) => column.dataset.app ?? ''),
  );
}

const address = () => page.url().slice(url.length);
const choose = (app: string) => page.getByRole('checkbox', { name: app, exact: true });

/** A piece as a page shows it, and where it says that it comes from. */
interface Shown {
  file: string;
  first: number;
  last: number;
  indent: number;
  code: string;
}

describe('a piece', () => {
  test.each(rows)('of %s is byte for byte what stands in the file', async (row) => {
    await page.goto(`${url}code/${row}/`);
    const pieces: Shown[] = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-piece]')].map((piece) => ({
        ...JSON.parse(piece.dataset.piece ?? ''),
        code: piece.querySelector('code')?.textContent,
      })),
    );
    const shown = new Set(pieces.map(({ file }) => file.split('/')[1]));
    expect(pieces.length).toBeGreaterThan(0);
    if (row !== 'workers') expect(shown).toContain(ADDED);
    for (const { file, first, last, indent, code } of pieces) {
      const lines = readFileSync(join(root, file), 'utf8')
        .split('\n')
        .slice(first - 1, last);
      const indented = code
        .split('\n')
        .map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
      expect(indented.join('\n'), `${file}:${first}`).toBe(lines.join('\n'));
    }
  });

  test('has an address, which shows its column and marks it', async () => {
    await page.goto(`${url}code/validation/?apps=express,fastify#nest.pipes`);
    expect(await columns()).toEqual(['express', 'nest', 'fastify']);
    const piece = page.locator('[id="nest.pipes"]');
    expect(await piece.evaluate((element) => element.matches(':target'))).toBe(true);
    await piece.getByText('class UserIdPipe').waitFor();
    expect(
      await piece.evaluate((element) => element.getBoundingClientRect().top < innerHeight),
    ).toBe(true);
  });

  test('leads to its first line in the whole file', async () => {
    await page.goto(`${url}code/params/?apps=express,koa`);
    const where = page.locator('#column-koa .where a').first();
    const [, line] = /:(\d+)/.exec((await where.textContent()) ?? '') ?? [];
    await where.click();
    const text = readFileSync(join(root, 'apps/koa/src/app.ts'), 'utf8');
    expect(await page.locator('pre code').textContent()).toBe(text.trimEnd());
    const marked = page.locator('.line:target');
    expect((await marked.textContent())?.trimEnd()).toBe(text.split('\n')[Number(line) - 1]);
  });

  test('is copied as it stands in the file', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`${url}code/params/?apps=express,koa`);
    const piece = page.locator('#column-koa [data-piece]');
    await piece.getByRole('button', { name: /^Copy/ }).click();
    await piece.getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const source = readFileSync(join(root, 'apps/koa/src/app.ts'), 'utf8').replaceAll(
      /^ {2}/gm,
      '',
    );
    expect(copied).toMatch(/^router\.get\('\/users\/:id'/);
    expect(source).toContain(copied);
  });
});

describe('columns', () => {
  test('are the usual ones where none is chosen, whoever has joined', async () => {
    await page.goto(`${url}code/db/`);
    expect(await columns()).toEqual(USUAL);
    expect(await page.getByRole('checkbox').count()).toBe(apps.length);
  });

  test('are chosen and moved by keyboard, and the address says so', async () => {
    await page.goto(`${url}code/db/`);
    await choose(ADDED).focus();
    await page.keyboard.press('Space');
    expect(await columns()).toEqual([...USUAL, ADDED]);
    expect(address()).toBe(`code/db/?apps=${[...USUAL, ADDED].join()}`);
    const [first = '', second = '', third = ''] = USUAL;
    await choose(second).focus();
    await page.keyboard.press('Space');
    const move = page.getByRole('button', { name: `Move ${ADDED} left` });
    await move.focus();
    await page.keyboard.press('Enter');
    expect(await columns()).toEqual([first, ADDED, third]);
    await page.keyboard.press('Enter');
    expect(await columns()).toEqual([ADDED, first, third]);
    expect(address()).toBe(`code/db/?apps=${ADDED},${first},${third}`);
    // What has the focus is still of use.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      `Move ${ADDED} right`,
    );
    const heard = await page.locator('[data-column]:visible h2').allTextContents();
    expect(heard).toEqual([ADDED, first, third]);
  });

  test('come back with the address, and go along to another row', async () => {
    await page.goto(`${url}code/db/?apps=node,nest`);
    expect(await columns()).toEqual(['node', 'nest']);
    await page.reload();
    expect(await columns()).toEqual(['node', 'nest']);
    await page.getByRole('link', { name: 'Errors' }).click();
    await page.waitForURL(`${url}code/errors/?apps=node,nest`);
    expect(await columns()).toEqual(['node', 'nest']);
  });

  test('are two to five', async () => {
    await page.goto(`${url}code/db/?apps=${apps.join(',')}`);
    expect(await columns()).toEqual(apps.slice(0, 5));
    expect(await choose(apps[5] ?? '').isDisabled()).toBe(true);
    await page.goto(`${url}code/db/?apps=node,nest`);
    expect(await choose('node').isDisabled()).toBe(true);
    await page.goto(`${url}code/db/?apps=node,nothing`);
    expect(await columns()).toEqual(['node', ...USUAL]);
  });

  test('of one app lie two clicks from the front page, beside another', async () => {
    await page.goto(url);
    await page.getByRole('link', { name: /^Validation in nest:/ }).click();
    await page.waitForURL(`${url}code/validation/?apps=express,nest`);
    await page.getByText('class UserIdPipe').first().waitFor();
    expect(await columns()).toEqual(['express', 'nest']);
  });

  test('are a tab or a swipe away on a telephone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${url}code/db/?apps=koa,nest`);
    const left = (app: string) =>
      page
        .locator(`#column-${app}`)
        .evaluate((column) => Math.round(column.getBoundingClientRect().x));
    expect(await left('nest')).toBeGreaterThanOrEqual(350);
    await page
      .getByRole('navigation', { name: 'Columns' })
      .getByText('nest', { exact: true })
      .click();
    await page.waitForFunction(
      () => (document.querySelector('#column-nest')?.getBoundingClientRect().x ?? 999) < 40,
    );
    expect(await left('koa')).toBeLessThan(0);
  });
});

describe('the diff', () => {
  test('stands in the address, and marks what differs', async () => {
    await page.goto(`${url}code/queries/?apps=express,koa`);
    await page.getByRole('radio', { name: /diff/ }).check({ force: true });
    expect(address()).toBe('code/queries/?apps=express,koa&view=diff');
    expect(await columns()).toEqual([]);
    await page.reload();
    const marks = await page.locator('[data-diff] mark').allTextContents();
    expect(marks).toContain('router');
    expect(marks).toContain('ctx');
    expect(marks.join()).not.toContain('randomWorlds');
  });

  test("loses nothing: both sides are the pieces' code", async () => {
    await page.goto(`${url}code/errors/?apps=fastify,nest&view=diff`);
    for (const [side, app] of [
      ['left', 'fastify'],
      ['right', 'nest'],
    ]) {
      const shown = await page.locator(`[data-diff] .${side} .line:not(.blank)`).allTextContents();
      const pieces = await page
        .locator(`[data-column][data-app=${app}] [data-code]`)
        .allTextContents();
      expect(shown.join('')).toBe(`${pieces.join('\n\n')}\n`);
    }
    const heights = await page.evaluate(() =>
      ['.left', '.right'].map(
        (side) => document.querySelectorAll(`[data-diff] ${side} .line`).length,
      ),
    );
    expect(heights[0]).toBe(heights[1]);
  });
});

describe('without a script', () => {
  test('all columns are there, the usual ones first', async () => {
    const { page, close } = await withoutScript();
    await page.goto(`${url}code/params/`);
    const seen = await page.locator('[data-column]:visible h2').allTextContents();
    expect(seen.slice(0, USUAL.length)).toEqual(USUAL);
    expect(seen.toSorted()).toEqual(apps);
    expect(await page.locator('[data-choose]').isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: /Copy/ }).count()).toBe(0);
    await close();
  });
});

test('all works where no server is', async () => {
  await page.goto(`${pathToFileURL(join(dist, 'index.html'))}`);
  await page.getByRole('link', { name: /^Validation in nest:/ }).click();
  await page.waitForURL(/code\/validation\/index\.html\?apps=express,nest$/);
  expect(await columns()).toEqual(['express', 'nest']);
  await choose(ADDED).check({ force: true });
  expect(await columns()).toEqual(['express', 'nest', ADDED]);
  expect(page.url()).toContain(`index.html?apps=express,nest,${ADDED}`);
});

async function withoutScript() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  return { page: await context.newPage(), close: () => context.close() };
}
