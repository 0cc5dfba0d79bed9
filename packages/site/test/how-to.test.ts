import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked, type Tokens } from 'marked';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launchBrowser } from '../../bench/test/output/browser.js';
import { listDocuments } from '../src/how-to/documents.js';
import { resolveLink } from '../src/how-to/links.js';
import { repository } from './copy.js';

const { url } = inject('site');
const documents = listDocuments();

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** The headings of a Markdown file, marks of code aside: read by line, fences left out. */
function headingsIn(file: string): string[] {
  const text = readFileSync(join(repository, file), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading.replaceAll('`', '').replace(/\[([^\]]+)\]\([^)]*\)/g, '$1'),
  );
}

test('every text that is to be read has a page, with its headings and all of its code', async () => {
  const page = await browser.newPage({ javaScriptEnabled: false });
  for (const { file, slug } of documents) {
    await page.goto(`${url}how-to/${slug}/`);
    const headings = await page.locator('article :is(h1, h2, h3, h4, h5, h6)').allTextContents();
    expect(
      headings.map((heading) => heading.replace(/ #$/, '')),
      file,
    ).toEqual(headingsIn(file));
    const code = marked
      .lexer(readFileSync(join(repository, file), 'utf8'))
      .filter((token): token is Tokens.Code => token.type === 'code');
    expect(await page.locator('article > pre').allTextContents(), file).toEqual(
      code.map(({ text }) => text),
    );
  }
  await page.close();
});

test('the README, those of the apps and those of docs/ are among them', () => {
  const files = documents.map(({ file }) => file);
  expect(files[0]).toBe('README.md');
  for (const file of [
    'CONTRIBUTING.md',
    'docs/performance.md',
    'apps/nest/README.md',
    'k6/README.md',
  ]) {
    expect(files).toContain(file);
  }
  expect(new Set(documents.map(({ slug }) => slug)).size).toBe(files.length);
});

test('a link leads to the page of what it names', () => {
  const readme = documents.find(({ file }) => file === 'README.md');
  const docker = documents.find(({ file }) => file === 'docker/README.md');
  if (!readme || !docker) throw new Error('the texts are missing');
  expect(resolveLink('https://k6.io', readme)).toBe('https://k6.io');
  expect(resolveLink('k6/README.md', readme)).toBe('/how-to/k6/');
  expect(resolveLink('apps/nest', readme)).toBe('/how-to/apps/nest/');
  expect(resolveLink('openapi.yaml', readme)).toBe('/api/');
  expect(resolveLink('#licence', readme)).toBe('/how-to/readme/#licence');
  expect(resolveLink('../k6/README.md', docker)).toBe('/how-to/k6/');
  expect(() => resolveLink('no-such-file.md', readme)).toThrow('is not there');
  expect(() => resolveLink('docs/performance.md#nothing', readme)).toThrow('no such heading');
});
