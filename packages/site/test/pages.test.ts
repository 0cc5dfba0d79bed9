import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findFaults, launchBrowser } from '../../bench/test/output/browser.js';
import { makeRelative } from '../src/build/relative-links.js';

const { url, dist } = inject('site');
const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
const pages = files.filter((file) => file.endsWith('index.html'));

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe('links', () => {
  test('within the site lead somewhere, whatever folder it lies in', async () => {
    const ids = new Map(pages.map((page) => [page, new Set(idsOf(page))]));
    const broken: string[] = [];
    for (const page of pages) {
      for (const link of linksOf(page)) {
        expect(link, page).not.toMatch(/^\//);
        const { origin, pathname, hash } = new URL(link, `${url}${page}`);
        if (!url.startsWith(origin)) continue;
        const base = new URL(url).pathname;
        const path = pathname.slice(base.length).replace(/(^|\/)$/, '$1index.html');
        const target = hash && ids.get(path) && !ids.get(path)?.has(hash.slice(1));
        if (!pathname.startsWith(base) || !files.includes(path) || target) {
          broken.push(`${page}: ${link}`);
        }
      }
    }
    expect(broken).toEqual([]);
  });

  test.each([
    ['index.html', '<a href="/">', '<a href="./">'],
    ['index.html', '<a href="/code/?a=b#c">', '<a href="code/?a=b#c">'],
    ['code/db/index.html', '<a href="/">', '<a href="../../">'],
    ['code/db/index.html', '<a href="/code/db/#x">', '<a href="./#x">'],
    ['code/db/index.html', '<script src="/_astro/a.js">', '<script src="../../_astro/a.js">'],
    ['code/db/index.html', '<a href="https://a.b/c">', '<a href="https://a.b/c">'],
    ['code/db/index.html', '<a href="#x">', '<a href="#x">'],
  ])('in %s: %s is %s', (page, rooted, relative) => {
    expect(makeRelative(rooted, page)).toBe(relative);
  });
});

const looks = [390, 768, 1440].flatMap((width) =>
  (['light', 'dark'] as const).flatMap((colorScheme) =>
    [true, false].map((script) => ({ width, colorScheme, script })),
  ),
);
const shown = [
  '',
  'code/',
  'code/queries/?apps=express,nest',
  'code/validation/?apps=express,nest,hono',
  'code/errors/?apps=koa,node&view=diff',
  'figures/',
  // Of the pages of runs, the first.
  ...pages
    .filter((page) => /^figures\/.+\/index/.test(page))
    .slice(0, 1)
    .map((page) => page.replace('index.html', '')),
  'source/apps/koa/src/server.ts/',
  'api/',
  'api/conformance/',
  'how-to/',
  'how-to/readme/',
];

describe.each(looks)(
  'at $width pixels, $colorScheme, script: $script',
  ({ width, colorScheme, script }) => {
    test('pages are sound', { concurrent: true }, async () => {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme,
        javaScriptEnabled: script,
      });
      const page = await context.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      for (const path of shown) {
        await page.goto(url + path);
        const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(scrolled, `${path}: wider than the window`).toBeLessThanOrEqual(width);
        if (!script) continue;
        // 0 to three digits; a table may settle while it comes over the wire, by a fifth of what is good (0.1).
        const settles = (await page.locator('main table').count()) > 0 ? 0.02 : 0.0005;
        expect(await layoutShift(page), `${path}: layout shift`).toBeLessThan(settles);
        expect(await findFaults(page, ['target-size']), path).toEqual([]);
      }
      expect(errors).toEqual([]);
      expect(asked.filter((request) => !request.startsWith(url))).toEqual([]);
      await context.close();
    });
  },
);

/** How much has moved since the page was opened. */
function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            sum += (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() =>
          requestAnimationFrame(() => setTimeout(() => resolve(sum), 50)),
        );
      }),
  );
}

test('the front page answers without a scroll, and weighs under 200 KB', async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(url);
  for (const what of [
    page.getByRole('heading', { level: 1 }),
    page.getByText(/^npm run serve -- /),
    page.locator('.verdict'),
  ]) {
    const box = await what.boundingBox();
    expect((box?.y ?? 900) + (box?.height ?? 0)).toBeLessThan(900);
  }
  const base = new URL(url).pathname;
  const weights = asked.map((path) => {
    const file = path.slice(base.length).replace(/(^|\/)$/, '$1index.html');
    return gzipSync(readFileSync(join(dist, file))).length;
  });
  expect(weights.length).toBeGreaterThan(0);
  expect(weights.reduce((sum, weight) => sum + weight)).toBeLessThan(200_000);
  await page.close();
});

test('the button for light and dark is remembered', async () => {
  const page = await browser.newPage({ colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto(url);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark' }).click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.goto(`${url}code/`);
  expect(await ground()).toBe(dark);
  await page.getByRole('button', { name: 'Light' }).click();
  expect(await ground()).toBe(light);
  await page.close();
});

function idsOf(page: string): string[] {
  return matches(page, /\sid="([^"]*)"/g);
}

function linksOf(page: string): string[] {
  return matches(page, /\s(?:href|src)="([^"]*)"/g).map((link) =>
    link.replaceAll('&#38;', '&').replaceAll('&amp;', '&'),
  );
}

function matches(page: string, pattern: RegExp): string[] {
  const html = readFileSync(join(dist, page), 'utf8');
  return [...html.matchAll(pattern)].map(([, value = '']) => value);
}
