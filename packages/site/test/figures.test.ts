import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { overviewOf, readResults, summarise, viewOf } from '@heptathlon/bench';
import { operations } from '@heptathlon/contract';
import { listTargets } from '@heptathlon/targets';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findFaults, launchBrowser } from '../../bench/test/output/browser.js';
import { ADDED, PLANTED, VOID } from './built-site.js';

const { url, dist, root: repository } = inject('site');
// What the site was built of has a run more.
process.env.HEPTATHLON_ROOT = repository;
const { chosenRun } = await import('../src/figures/chosen.js');
const { listRuns } = await import('../src/figures/runs.js');
const { costOf, otherRunOf, verdict } = await import('../src/figures/newest.js');
const files = readdirSync(join(repository, 'results')).filter((file) => /^\d.*\.json$/.test(file));

/** What the bench itself says of a run. */
function readRun(id: string) {
  const results = readResults(join(repository, 'results', `${id}.json`));
  const summaries = summarise(results);
  return {
    summaries,
    overview: overviewOf(results, summaries),
    view: viewOf(results, summaries),
  };
}

const runs = new Map<string, ReturnType<typeof readRun>>();

/** Summing up takes a while, and is done once. */
function runOf(id: string) {
  const run = runs.get(id) ?? readRun(id);
  runs.set(id, run);
  return run;
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** The cells of a table, without what is only there to be looked at. */
const cellsOf = (page: Page, rows: string) =>
  page
    .locator(rows)
    .evaluateAll((all) =>
      all.map((row) =>
        [...row.querySelectorAll('th, td')].map((cell) =>
          (cell.textContent ?? '').replace(/\s+/g, ' ').trim(),
        ),
      ),
    );

test('the table of the newest complete run is that of the bench', async () => {
  const page = await browser.newPage({ javaScriptEnabled: false });
  await page.goto(`${url}figures/`);
  const { rows } = runOf(chosenRun().id).overview;
  expect(await cellsOf(page, '.overview tbody tr')).toEqual(
    rows.map(({ name, cells }) => [
      name,
      ...cells.map(({ text, voids }) => [text, voids].filter(Boolean).join(' ')),
    ]),
  );
  expect(await page.locator('.overview td.leads').count()).toBe(
    rows.flatMap(({ cells }) => cells).filter(({ leads }) => leads).length,
  );
  await page.close();
});

test.each(files)('the page of %s says what the bench says of it, to the digit', async (file) => {
  const id = file.replace('.json', '');
  const { view } = runOf(id);
  const page = await browser.newPage({ javaScriptEnabled: false });
  await page.goto(`${url}figures/${id}/`);
  expect(await page.locator('h1').textContent()).toBe(view.title);
  const shown = view.forest.events.flatMap(({ rows }) =>
    rows.map(({ group, name, badges, cost, text, interval, state }) => [
      String(group ?? '–'),
      [name, ...badges].join(' '),
      cost,
      [text, interval, ...(state === 'same' ? ['no difference'] : [])].filter(Boolean).join(' '),
    ]),
  );
  const cells = await cellsOf(page, '.forest:first-of-type [data-contender]');
  // What is drawn stands between cost and words.
  expect(cells.map(([group, name, cost, , words]) => [group, name, cost, words])).toEqual(shown);
  const voids = view.forest.events.flatMap(({ rows }) =>
    rows.filter(({ state }) => state === 'none'),
  );
  expect(await page.locator('.forest tr.none').count()).toBe(voids.length);
  for (const { names, reason } of view.findings) {
    expect(await page.locator('.findings').first().textContent()).toContain(reason);
    expect(names).toEqual([]);
  }
  await page.close();
});

test('a results file and a report are there as they are', () => {
  for (const file of files) {
    const copy = join(dist, 'figures', file.replace('.json', ''), 'results.json');
    expect(readFileSync(copy, 'utf8')).toBe(
      readFileSync(join(repository, 'results', file), 'utf8'),
    );
  }
  const reported = listRuns().filter(({ report }) => report);
  expect(reported.length).toBeGreaterThan(0);
  for (const { id, report = '' } of reported) {
    expect(readFileSync(join(dist, 'figures', id, 'report.html'), 'utf8').length).toBe(
      readFileSync(report, 'utf8').length,
    );
  }
});

describe('the cost beside a piece of code', () => {
  test('is that of the summary, on a run that can be named', () => {
    for (const { name } of listTargets()) {
      for (const { operationId: operation } of operations) {
        const cost = costOf(name, operation);
        if (!cost) continue;
        const summary = runOf(cost.run).summaries.find(({ event }) => event === operation);
        const row = summary?.rows.find((each) => each.name === name);
        expect(cost.median).toBe(row?.cost ?? null);
        expect(cost.text).toBe(row?.cost === undefined ? 'void' : row.cost.toFixed(1));
      }
    }
  });

  test('is of the run of the table, or of none', () => {
    const { id, overview } = chosenRun();
    expect(id).toBe(PLANTED);
    for (const { name } of overview.rows) {
      for (const event of overview.events) expect(costOf(name, event)?.run).toBe(id);
    }
    expect(costOf('no-such-server', 'db')).toBeUndefined();
    expect(costOf(ADDED, 'db')).toBeUndefined();
    expect(otherRunOf(ADDED, 'db')).toBeUndefined();
    expect(otherRunOf('koa', 'db')).toBe(PLANTED);
  });
});

test('the verdict names figures of the run', () => {
  const { sentence, events, run } = verdict();
  const { forest } = runOf(run).view;
  expect(sentence).toMatch(/^In \w+, [\w-]+.* takes ×\d+\.\d+ \[.+\] the CPU time of [\w-]+/);
  for (const [times] of sentence.matchAll(/×\S+ \[[^\]]+\]/g)) {
    const rows = forest.events.flatMap((event) => event.rows);
    expect(rows.some(({ text, interval }) => `${text} ${interval}` === times)).toBe(true);
  }
  expect(events.map(({ event }) => event)).toEqual(forest.events.map(({ event }) => event));
});

describe('side by side', () => {
  const rows = ['', 'code/', ...operations.map(({ operationId }) => `code/${operationId}/`)];

  test.each([...rows, 'figures/'])('/%s has figures of one run', async (path) => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(`${url}${path}`);
    const shown = await page
      .locator('[data-run]')
      .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.run));
    expect(new Set(shown)).toEqual(new Set([PLANTED]));
    const text = (await page.locator('main').textContent()) ?? '';
    expect(text).not.toContain('another run');
    await page.close();
  });

  test.each([...rows, 'figures/', `figures/${PLANTED}/`, 'how-to/readme/'])(
    '/%s has ratios of one baseline, which is named',
    async (path) => {
      const page = await browser.newPage({ javaScriptEnabled: false });
      await page.goto(`${url}${path}`);
      // The rows of an event, under the name of what they are over; A/A is over itself.
      const groups = await page.evaluate(() =>
        [...document.querySelectorAll('main tbody')]
          .filter((body) => /×\d/.test(body.textContent ?? ''))
          .map((body) => {
            const heads = [body, body.closest('table')?.tHead].map((each) => each?.textContent);
            return heads.join(' ').match(/\bover [\w-]+/g) ?? [];
          }),
      );
      for (const names of groups) expect(new Set(names).size).toBe(1);
      const prose = await page.evaluate(() =>
        [...document.querySelectorAll('main :is(p, li)')]
          .filter((each) => !each.closest('table'))
          .map((each) => each.textContent ?? ''),
      );
      for (const sentence of prose.join('\n').split(/(?<=[.:;])\s|\n/)) {
        const ratios = sentence.match(/×\d+\.\d+/g) ?? [];
        expect(ratios.length, sentence).toBeLessThanOrEqual(1);
        if (ratios.length > 0) expect(sentence).toMatch(/the CPU time of [\w-]+/);
      }
      await page.close();
    },
  );

  test('rounds that are void are said next to every figure', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    for (const { name, event, rounds } of VOID) {
      const said = rounds.length === 10 ? 'void' : `${rounds.length} of 10 void`;
      await page.goto(`${url}code/${event}/`);
      expect(await page.locator(`#column-${name} .cost`).textContent()).toContain(said);
      await page.goto(`${url}figures/`);
      const overview = page.locator(`.overview [data-contender=${name}] [data-event=${event}]`);
      expect(await overview.textContent()).toContain(said);
      const forest = page.locator(`.forest [data-event=${event}] [data-contender=${name}]`);
      expect(await forest.textContent()).toContain(said);
      await page.goto(url);
      const cell = page.getByRole('link', { name: `${event} in ${name}: `, exact: false });
      expect(await cell.textContent()).toContain(said);
    }
    // The winner of one, and the loser of another, in the table of winners.
    const verdictOf = (event: string) =>
      page.locator('.verdict tbody tr').filter({ has: page.getByText(event, { exact: true }) });
    expect(await verdictOf('params').textContent()).toMatch(/hono-deno\s+4 of 10 void/);
    expect(await verdictOf('jsonBody').textContent()).toMatch(/hono\s+1 of 10 void/);
    await page.close();
  });
});

test('the filter shows what is ticked, and is in the address', async () => {
  const page = await browser.newPage();
  await page.goto(`${url}figures/${chosenRun().id}/`);
  const visible = (selector: string) => page.locator(`${selector}:visible`).count();
  const all = await visible('.forest [data-contender]');
  await page.getByRole('checkbox', { name: 'fastify', exact: true }).uncheck();
  await page.getByRole('checkbox', { name: 'db', exact: true }).uncheck();
  expect(await visible('[data-contender="fastify"]')).toBe(0);
  expect(await visible('section[data-event="db"]')).toBe(0);
  expect(await visible('section[data-event="json"]')).toBe(1);
  const less = await visible('.forest [data-contender]');
  expect(less).toBeLessThan(all);
  const { search } = new URL(page.url());
  expect(new URLSearchParams(search).get('events')?.split(',')).not.toContain('db');

  const colleague = await browser.newPage();
  await colleague.goto(page.url());
  expect(await colleague.locator('.forest [data-contender]:visible').count()).toBe(less);
  await colleague.getByRole('button', { name: 'Show all' }).click();
  expect(await colleague.locator('.forest [data-contender]:visible').count()).toBe(all);
  await Promise.all([page.close(), colleague.close()]);
});

test.each([
  { width: 390, colorScheme: 'dark' as const },
  { width: 1440, colorScheme: 'light' as const },
])('all figures of a run at $width pixels, $colorScheme: axe is content', async (look) => {
  const page = await browser.newPage({
    viewport: { width: look.width, height: 900 },
    colorScheme: look.colorScheme,
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${url}figures/${chosenRun().id}/`);
  expect(await findFaults(page, ['target-size'])).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
    look.width,
  );
  expect(asked.filter((request) => !request.startsWith(url))).toEqual([]);
  await page.close();
});
