import { readFileSync } from 'node:fs';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { expect, test } from 'vitest';
import * as schema from '../src/schema.js';

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../migrations/meta/${file}`, import.meta.url), 'utf8'));

test('the migrations lead to the schema; `drizzle-kit generate` adds what is missing', async () => {
  const { idx } = read('_journal.json').entries.at(-1);
  const migrated = read(`${String(idx).padStart(4, '0')}_snapshot.json`);
  expect(await generateMigration(migrated, generateDrizzleJson(schema))).toEqual([]);
});
