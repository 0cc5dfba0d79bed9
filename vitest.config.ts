import { defineConfig } from 'vitest/config';

/** Real processes on a machine that may be slow or busy: these end what hangs, they judge nothing. */
const timeouts = { testTimeout: 120_000, hookTimeout: 300_000, teardownTimeout: 30_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'packages',
          include: ['packages/*/test/**/*.test.ts'],
          exclude: ['packages/*/test/alone/*.test.ts'],
          // Most of the time goes by in waiting, for drained connections and for PostgreSQL's statistics.
          maxWorkers: 4,
          ...timeouts,
        },
      },
      {
        test: {
          // What a busy machine would turn into something else, after all others.
          name: 'alone',
          include: ['packages/*/test/alone/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...timeouts,
        },
      },
      {
        test: {
          name: 'docker',
          include: ['docker/test/*.test.ts'],
          // One port, one server.
          fileParallelism: false,
          ...timeouts,
          hookTimeout: 900_000,
        },
      },
      { test: { name: 'k8s', include: ['k8s/test/*.test.ts'], ...timeouts } },
      { test: { name: 'workflows', include: ['.github/test/*.test.ts'], ...timeouts } },
    ],
  },
});
