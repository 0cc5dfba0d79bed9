import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Real processes on a machine that may be slow or busy: these end what hangs, they judge nothing. */
const timeouts = { testTimeout: 900_000, hookTimeout: 900_000, teardownTimeout: 120_000 };

/** Two files at a time: what mostly waits, and would be late on a busy machine. */
const waiting = { maxWorkers: 2, ...timeouts };

/** The files that take longest, on a machine that has run none yet. */
const LONGEST = [
  'packages/conformance/test/targets.test.ts',
  'packages/conformance/test/mutants/mutants.test.ts',
  'packages/targets/test/serve.test.ts',
  'packages/site/test/pages.test.ts',
  'packages/site/test/figures.test.ts',
  'packages/bench/test/cli.test.ts',
  'packages/bench/test/died.test.ts',
];

/** Starts with what takes longest, so that no file runs on when all others have ended. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'packages',
          include: ['packages/*/test/**/*.test.ts', 'scripts/test/*.test.ts'],
          exclude: [
            'packages/*/test/{alone,quiet}/*.test.ts',
            'packages/faults/**',
            'packages/site/test/!(extraction).test.ts',
          ],
          // Most of the time goes by in waiting, for drained connections and for PostgreSQL's statistics.
          maxWorkers: 4,
          ...timeouts,
        },
      },
      {
        test: {
          name: 'apps',
          include: ['apps/*/test/*.test.ts'],
          maxWorkers: 4,
          ...timeouts,
        },
      },
      {
        test: {
          // One build, by its global set-up, and a browser for each file.
          name: 'site',
          include: ['packages/site/test/!(extraction).test.ts'],
          globalSetup: 'packages/site/test/built-site.ts',
          maxWorkers: 4,
          ...timeouts,
        },
      },
      {
        test: {
          // What a busy machine would turn into something else, after all others.
          name: 'alone',
          include: ['{packages/*,scripts}/test/alone/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...timeouts,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['packages/faults/test/*.test.ts'],
          sequence: { groupOrder: 2 },
          ...waiting,
        },
      },
      {
        test: {
          name: 'quiet',
          include: ['packages/*/test/quiet/*.test.ts'],
          sequence: { groupOrder: 3 },
          ...waiting,
        },
      },
      {
        test: {
          name: 'docker',
          include: ['docker/test/*.test.ts'],
          // Two stacks at a time: what mostly waits, for PostgreSQL's statistics and for containers.
          ...waiting,
        },
      },
      { test: { name: 'k8s', include: ['k8s/test/*.test.ts'], ...timeouts } },
      { test: { name: 'workflows', include: ['.github/test/*.test.ts'], ...timeouts } },
    ],
  },
});
