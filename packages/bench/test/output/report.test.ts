import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { renderReport } from '../../src/output/report/render.js';
import type { Results } from '../../src/result.js';
import { controlOf, summarise } from '../../src/summary.js';
import { madeUp, voidCell } from '../results.js';
import { findFaults } from './browser.js';
import { reportOpener } from './open-report.js';
import { cases } from './runs.js';

const open = reportOpener(renderReport);

/** Three contenders, of which one is void in an event, and one in one round of another. */
function mixed(): Results {
  const results = madeUp();
  for (const cell of results.cells) {
    const { name, event, round } = cell;
    if (name === 'hono' && event === 'json') voidCell(cell, results.plan, 'it lied');
    if (name === 'fastify' && event === 'db' && round === 2) {
      voidCell(cell, results.plan, 'it was cut off');
      if (cell.warmUp) cell.warmUp.steady = false;
    }
  }
  return results;
}

const countOf = (page: Page, selector: string) => page.locator(selector).count();

/** What the script has drawn: lines by chart, each with its points, and whether there is ink. */
function drawn(page: Page, kind: string) {
  return page.locator(`.chart.${kind}`).evaluateAll((hosts) =>
    hosts.map((host) => {
      type Chart = { data: (number | null)[][]; ctx: CanvasRenderingContext2D };
      const { data, ctx } = (host as HTMLElement & { chart: Chart }).chart;
      const { width, height } = ctx.canvas;
      const colours = new Set<string>();
      const pixels = ctx.getImageData(0, 0, width, height).data;
      for (let at = 0; at < pixels.length; at += 4) {
        if (pixels[at + 3] === 255) colours.add(pixels.slice(at, at + 3).join());
      }
      return {
        points: data.slice(1).map((line) => line.filter((value) => value != null).length),
        colours: colours.size,
      };
    }),
  );
}

describe.each([390, 1440])('at %i pixels', (width) => {
  describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
    test('every chart has its marks, nothing is loaded, nothing overflows, axe is content', async () => {
      const results = mixed();
      const summaries = summarise(results);
      const rows = summaries.flatMap((summary) => summary.rows);
      const { page, complaints, requests } = await open(results, {
        colorScheme,
        viewport: { width, height: 900 },
      });

      const comparisons = rows.filter(({ comparison }) => comparison);
      expect(await countOf(page, '.forest .differs .ratio, .forest .same .ratio')).toBe(
        comparisons.length + (controlOf(results)?.comparisons.length ?? 0),
      );
      expect(await countOf(page, '.forest path.cheapest')).toBe(summaries.length);
      expect(await countOf(page, '.costs circle.round')).toBe(
        rows.reduce((sum, { costs }) => sum + costs.length, 0),
      );
      expect(await countOf(page, '.costs .void-round')).toBe(5);
      const split = rows.filter(({ phases }) => phases.saturation).length;
      expect(await countOf(page, '.split td rect')).toBe(split * 4);
      expect(await countOf(page, '#starts ~ .scroll circle.round')).toBe(results.starts.length);

      const curves = summaries.map((summary) =>
        summary.rows.filter(({ phases }) => phases.fixedRate?.curve.length),
      );
      const latency = await drawn(page, 'latency');
      expect(latency.map(({ points }) => points)).toEqual(
        curves.map((curve) => curve.map(() => 21)),
      );
      for (const fold of await page.locator('summary').all()) await fold.click();
      await page.waitForFunction(() =>
        [...document.querySelectorAll('.chart')].every((host) => 'chart' in host),
      );
      const traces = await drawn(page, 'trace');
      expect(traces.map(({ points }) => points)).toEqual(rows.map(() => [4, 4, 4, 4]));
      for (const { colours } of [...latency, ...traces]) expect(colours).toBeGreaterThan(1);

      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await findFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests()).toEqual([]);
    });
  });
});

test('the download is the results', async () => {
  const results = mixed();
  results.command = 'npm run bench -- --target "</script><!--"';
  const { page } = await open(results, { acceptDownloads: true });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /Download/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('2026-01-02T03-04-05-abc1234.json');
  expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toEqual(results);
});

test('dragging over a curve zooms in', async () => {
  const { page } = await open(mixed());
  const plot = page.locator('.latency .u-over').first();
  await plot.scrollIntoViewIfNeeded();
  const span = () =>
    page
      .locator('.chart.latency')
      .first()
      .evaluate((host) => {
        const { x } = (host as never as { chart: { scales: { x: { min: number; max: number } } } })
          .chart.scales;
        return x.max - x.min;
      });
  const before = await span();
  const box = (await plot.boundingBox()) as { x: number; y: number; width: number; height: number };
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.8, { steps: 5 });
  await page.mouse.up();
  expect(await span()).toBeLessThan(before / 2);
});

test('without JavaScript all figures are there, and it is said what is not', async () => {
  const { page, complaints, requests } = await open(mixed(), { javaScriptEnabled: false });
  for (const words of [
    'no difference',
    'it lied',
    'it was cut off',
    'How long people wait',
    '0.13',
    'Without JavaScript there are no curves',
  ]) {
    expect(await page.getByText(words).first().isVisible(), words).toBe(true);
  }
  expect(await page.getByRole('link', { name: /Download/ }).isVisible()).toBe(false);
  expect(await countOf(page, '.costs circle.round')).toBeGreaterThan(0);
  expect([...complaints, ...requests()]).toEqual([]);
});

test.each(cases)('$what: badge and reason are shown', async ({ badge, reason, results }) => {
  const { page } = await open(results);
  const finding = page.locator('.findings li', { hasText: reason }).first();
  expect(await finding.isVisible()).toBe(true);
  expect(await finding.locator('.badge').textContent()).toBe(badge);
  expect(await page.locator('header .findings').textContent()).toContain('not all valid');
});

test('a figure that is void looks void wherever it would stand', async () => {
  const { page } = await open(mixed());
  const cells = await page.locator('tr', { hasText: 'hono' }).evaluateAll((rows) =>
    rows
      // The event of which it is void, and neither latency, whose phase is valid, nor warm-up.
      .filter((row) => row.matches('.none'))
      .map((row) => row.textContent?.replace(/\s+/g, ' ').trim()),
  );
  // Forest, costs, split.
  expect(cells).toHaveLength(3);
  for (const text of cells) expect(text).toContain('void');
});

test('on paper everything is unfolded, and black on white', async () => {
  const { page } = await open(mixed(), { colorScheme: 'dark' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  expect(await countOf(page, 'details[open]')).toBe(2);
  const trace = await drawn(page, 'trace');
  expect(trace.every(({ colours }) => colours > 1)).toBe(true);
  await page.emulateMedia({ media: 'print' });
  const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(colour).toBe('rgb(255, 255, 255)');
});

test("a scenario's own figures have a dot for every round", async () => {
  const scenario = { name: 'burst', duration: 60, rate: 500 };
  const plan = { scenario, fixedRate: null, saturation: null };
  const results = madeUp({ events: ['burst'], plan });
  const { page, complaints } = await open(results);
  const figures = page.locator('h3', { hasText: 'recovery' }).locator('+ .scroll');
  expect(await figures.locator('circle.round').count()).toBe(results.cells.length);
  expect(complaints).toEqual([]);
});

test('a hostile name is text', async () => {
  const name = '<script>alert(1)</script>';
  const results = madeUp({
    contenders: [name, '"><img src=x onerror=alert(2)>'],
    events: ['json', '</script><script>alert(3)</script>'],
  });
  results.commit = '"><script>alert(4)</script>';
  const { page, complaints, requests } = await open(results);
  expect(await page.locator('.forest th', { hasText: name }).count()).toBeGreaterThan(1);
  expect(await countOf(page, 'script')).toBe(3);
  expect(await countOf(page, 'img')).toBe(0);
  expect(await countOf(page, '.uplot')).toBe(2);
  expect([...complaints, ...requests()]).toEqual([]);
});

test('a run that was ended before its first cell, and one without control or calibration, have a report', async () => {
  const nothing = { ...madeUp(), interrupted: true, cells: [], starts: [] };
  const first = await open(nothing);
  expect(await first.page.locator('header .findings').textContent()).toContain(
    '0 of 0 measurements valid',
  );
  expect(first.complaints).toEqual([]);
  const bare = madeUp({ contenders: ['node'], rounds: 1, plan: { control: null } });
  bare.calibration = { k6: null, slowest: {} };
  const second = await open(bare);
  expect(await countOf(second.page, '.costs circle.round')).toBe(2);
  expect(second.complaints).toEqual([]);
});
