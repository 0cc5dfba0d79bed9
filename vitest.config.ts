import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // Real processes on a machine that may be slow or busy: these end what hangs, they judge nothing.
    // Most of the time goes by in waiting, for drained connections and for PostgreSQL's statistics.
    maxWorkers: 4,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
  },
});
