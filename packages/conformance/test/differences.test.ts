import { readFileSync } from 'node:fs';
import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { expect, test } from 'vitest';
import { observeAll, render } from '../scripts/differences-table.js';
import { defaults, probes } from '../src/index.js';

/** Without the spaces and dashes that align columns. */
const plain = (document: string) => document.replace(/ +/g, ' ').replace(/-{3,}/g, '---');

test('docs/differences.md is what servers answer: npm run differences writes it anew', async () => {
  const written = readFileSync(new URL('../../../docs/differences.md', import.meta.url), 'utf8');
  const postgres = await startEmbeddedPostgres();
  try {
    expect(plain(written)).toBe(plain(render(await observeAll(postgres.url))));
  } finally {
    await postgres.stop();
  }
});

test('each name is that of one probe', () => {
  const names = [...probes, ...defaults].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
