import { describe, expect, test } from 'vitest';
import { renderSoakReport } from '../../src/soak/report/render.js';
import { findFaults } from '../output/browser.js';
import { reportOpener } from '../output/open-report.js';
import { samplesWith, serverOf, soakOf, wave } from './made-up.js';

const open = reportOpener(renderSoakReport);

/** One that is well, one that leaks and answers wrong, one whose heap cannot be asked for. */
const mixed = () =>
  soakOf([
    serverOf('well'),
    serverOf('leaking', {
      ...samplesWith('heap', (second) => (20 + second / 300) * 2 ** 20),
      answers: {
        ...{ sent: 1000, right: 998, excused: 0, wrong: 2, dropped: 0 },
        examples: [{ at: 61, event: 'json', why: '<b>status</b> 500' }],
      },
    }),
    serverOf(
      'closed',
      samplesWith('heap', () => null),
    ),
  ]);

describe.each([390, 1440])('at %i pixels', (width) => {
  test.each(['light', 'dark'] as const)(
    '%s: it says what is wrong, draws all, and loads nothing',
    async (colorScheme) => {
      const { page, complaints, requests } = await open(mixed(), {
        ...{ colorScheme, viewport: { width, height: 900 } },
      });
      const findings = await page.locator('.findings li').allInnerTexts();
      expect(findings).toEqual([
        'wrong answers leaking 2',
        'rising Heap after GC, without code: leaking',
        'not measured Heap after GC, without code: closed',
      ]);
      expect(await page.locator('#heap ~ .scroll tbody .verdict').allInnerTexts()).toEqual([
        ...['not rising', 'rising', 'not measured'],
      ]);
      expect(await page.locator('#heap ~ .scroll tbody .ratio').count()).toBe(2);
      expect(await page.locator('.matrix .rising').count()).toBe(1);
      expect(await page.locator('#answers ~ .scroll code').textContent()).toBe('<b>status</b> 500');

      const drawn = await page.locator('.chart').evaluateAll((hosts) =>
        hosts.map((host) => {
          type Chart = { data: (number | null)[][]; ctx: CanvasRenderingContext2D };
          const { data, ctx } = (host as HTMLElement & { chart: Chart }).chart;
          const { width, height } = ctx.canvas;
          const { buffer } = ctx.getImageData(0, 0, width, height).data;
          const colours = new Set(new Uint32Array(buffer));
          return {
            points: data.slice(1).map((line) => line.filter((value) => value != null).length),
            colours: colours.size,
          };
        }),
      );
      expect(drawn.map(({ points }) => points)).toEqual([
        [117, 117, 0],
        ...Array(4).fill([117, 117, 117]),
        [116, 116, 116],
      ]);
      for (const { colours } of drawn) expect(colours).toBeGreaterThan(5);

      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await findFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests()).toEqual([]);
    },
  );
});

test('where all is well, it says so; a slope below the limit is shown, and no more', async () => {
  const drifting = samplesWith('heap', (second) => (20 + (0.0015 * second) / 3600) * 2 ** 20);
  const { page } = await open(soakOf([serverOf('one'), serverOf('two', drifting)]));
  expect(await page.locator('.findings li').allInnerTexts()).toEqual([
    'nothing rises Every answer was right, faults or not.',
  ]);
  const slope = page.locator('#heap ~ .scroll td.slope').last();
  expect(await slope.textContent()).toBe('+0.0015 [+0.0015, +0.0015]');
  expect(await slope.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
});

test('what it cannot tell, it says', async () => {
  const unclear = samplesWith('rss', (second) => (100 + 30 * wave(second)) * 2 ** 20);
  const { page } = await open(soakOf([serverOf('one'), serverOf('two', unclear)]));
  expect(await page.locator('.findings li').allInnerTexts()).toEqual([
    'cannot tell Resident memory: two',
  ]);
  expect(await page.locator('#rss ~ p').last().textContent()).toMatch(
    /^Limit: 7\.50 MiB\/h; a container of 512 MiB/,
  );
  expect(await page.locator('#rss ~ .scroll line.limit').count()).toBe(1);
});

test('without JavaScript all slopes are there, and it is said what is not', async () => {
  const { page } = await open(mixed(), { javaScriptEnabled: false });
  expect(await page.locator('.slopes tbody tr').count()).toBe(18);
  expect(await page.locator('#without-script').isVisible()).toBe(true);
});

test('a run that was ended before its first sample has a report', async () => {
  const empty = serverOf('one', {
    at: [],
    faults: [],
    samples: { heap: [], native: [], rss: [], descriptors: [], connections: [], delay: [] },
  });
  const { page, complaints } = await open({ ...soakOf([empty]), interrupted: true });
  expect(await page.locator('.findings .badge').first().textContent()).toBe('interrupted');
  expect(complaints).toEqual([]);
});
