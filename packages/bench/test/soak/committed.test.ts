import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { soak } from '../../src/soak/cli.js';
import { judge, type Verdict } from '../../src/soak/judge.js';
import type { SoakResults } from '../../src/soak/result.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const files = readdirSync(`${root}results`).filter((file) => /^soak-.*\.json$/.test(file));
const readSoak = (file: string): SoakResults =>
  JSON.parse(readFileSync(`${root}results/${file}`, 'utf8'));

/** What a report says, without what it is drawn with. */
const said = (html: string) => html.slice(html.indexOf('<header>'), html.indexOf('</main>'));

test.each(files)('%s: --judge says what its report says, and its samples stay', async (file) => {
  const folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const copy = join(folder, file);
    copyFileSync(`${root}results/${file}`, copy);
    const isGood = judge(readSoak(file)).every(({ verdict }) => verdict === 'not rising');
    const code = await soak(['--judge', copy], new AbortController().signal);
    expect(code === 0).toBe(isGood);
    const html = (name: string) => said(readFileSync(name.replace('.json', '.html'), 'utf8'));
    expect(html(copy)).toBe(html(`${root}results/${file}`));
    expect(readFileSync(copy, 'utf8')).toBe(readFileSync(`${root}results/${file}`, 'utf8'));
  } finally {
    log.mockRestore();
    rmSync(folder, { recursive: true });
  }
});

test('reliability.md counts the verdicts of the soak that it links', () => {
  const text = readFileSync(`${root}docs/reliability.md`, 'utf8').replaceAll(/\s+/g, ' ');
  const [, file = ''] = /\[JSON\]\(\.\.\/results\/(soak-[^)]+)\)/.exec(text) ?? [];
  const found = judge(readSoak(file));
  const count = (verdict: Verdict) => found.filter((one) => one.verdict === verdict).length;
  const [, all, low, unclear, high] =
    /Of (\d+) verdicts (\d+) are _not rising_.* (\d+) are _cannot tell_.* (\d+) are _rising_/.exec(
      text,
    ) ?? [];
  expect([all, low, unclear, high].map(Number)).toEqual([
    found.length,
    ...(['not rising', 'cannot tell', 'rising'] as const).map(count),
  ]);
});
