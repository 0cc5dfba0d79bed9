import { createRequire } from 'node:module';

// Drizzle's CommonJS build. Of its ES modules each makes Node parse Drizzle's package.json (178 KB) once more, as
// Node 26 keeps no parsed `exports`: 0.3 s and 200 MiB at every start. docs/performance.md has the figures.
const require = createRequire(import.meta.url);

export const { eq, sql }: typeof import('drizzle-orm') = require('drizzle-orm');
export const {
  drizzle,
}: typeof import('drizzle-orm/postgres-js') = require('drizzle-orm/postgres-js');
export const {
  check,
  integer,
  pgTable,
}: typeof import('drizzle-orm/pg-core') = require('drizzle-orm/pg-core');
