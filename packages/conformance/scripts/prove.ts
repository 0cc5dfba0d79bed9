import { type EmbeddedPostgres, freePort } from '@heptathlon/db/embedded';
import { type RunningTarget, startTarget, type Target } from '@heptathlon/targets';
import type { DatabaseState, Report, runSuite } from '../src/index.js';

/** All states that a database can be in, of which each has rules of its own. */
export const states: DatabaseState[] = ['up', 'down', 'empty'];

/** What came of a target in one state of the database; the server still runs. */
export interface Proof {
  target: Target;
  state: DatabaseState;
  server: RunningTarget;
  report: Report;
}

/** How long an answer may take, in ms: many programs share the machine, and what waits its turn is no fault of the server. */
export const PATIENCE = 60_000;
/** A suite that waits its turn is late with its requests, too. */
export const patient = {
  QUERY_TIMEOUT: String(PATIENCE),
  HEADERS_TIMEOUT: String(PATIENCE),
  REQUEST_TIMEOUT: String(PATIENCE),
};

/**
 * Starts targets in all states of the database and runs the suite, side by side, as most of the time goes by in
 * waiting for PostgreSQL's statistics.
 *
 * @param suite `runSuite`: that of the sources in a test, the built one in a script
 * @param onProof called when a target is through in a state: the server is the caller's to stop
 */
export async function prove(
  targets: Target[],
  postgres: EmbeddedPostgres,
  suite: typeof runSuite,
  onProof: (proof: Proof) => Promise<unknown> | undefined,
): Promise<void> {
  await Promise.all(
    targets.map(async (target) => {
      for (const state of states) {
        const databaseUrl = await databaseOf(postgres, target.name, state);
        const server = await startTarget(target, { databaseUrl, env: patient });
        const report = await suite(server.url, {
          database: state,
          patience: PATIENCE,
          ...(state === 'up' && { databaseUrl }),
        });
        await onProof({ target, state, server, report });
      }
    }),
  );
}

/** A database of its own for each: PostgreSQL counts reads by database. */
async function databaseOf(
  postgres: EmbeddedPostgres,
  target: string,
  state: DatabaseState,
): Promise<string> {
  if (state === 'down') return `postgres://u:p@127.0.0.1:${await freePort()}/none`;
  return postgres.createDatabase(`conformance_${target}_${state}`, { seeded: state === 'up' });
}
