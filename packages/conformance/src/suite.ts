import postgres from 'postgres';
import type { Case, DatabaseState } from './case.js';
import { cases } from './cases/index.js';
import { Server } from './server.js';

/** What came of a rule. */
export interface Result {
  rule: string;
  title: string;
  status: 'passed' | 'failed' | 'not checked';
  /** What was wrong, or why it was not checked. */
  message?: string;
  /** How long it took, in ms. */
  ms: number;
}

/** What came of a server. */
export interface Report {
  url: string;
  passed: number;
  failed: number;
  notChecked: number;
  results: Result[];
}

/** How the suite is run. */
export interface SuiteOptions {
  /** The server's database: without it, what PostgreSQL itself has to tell is not checked. */
  databaseUrl?: string;
  /** The state that the server's database is in: `up` by default. */
  database?: DatabaseState;
  /** How long an answer may take, in ms: 10 s by default, more where many programs share the machine. */
  patience?: number;
  /** The rules to check: all, by default. */
  only?: string[];
  onResult?: (result: Result) => void;
  signal?: AbortSignal;
}

/**
 * Checks a server against the rule book, from outside. A server that breaks a rule is a result, not an
 * error.
 *
 * @param url the server's base URL
 */
export async function runSuite(url: string, options: SuiteOptions = {}): Promise<Report> {
  const { databaseUrl, database = 'up', patience, only, onResult, signal } = options;
  const sql = databaseUrl ? postgres(databaseUrl, { max: 1, onnotice: () => {} }) : undefined;
  const server = new Server(url, sql, patience);
  const results: Result[] = [];
  const asked = cases.filter(
    (found) => found.database === database && (!only || only.includes(found.rule)),
  );
  const early = new Map<Case, Promise<Result>>();
  try {
    if (!signal?.aborted) {
      for (const found of asked.filter(({ waits }) => waits)) {
        early.set(found, judge(found, server, sql !== undefined));
      }
    }
    for (const found of asked) {
      if (signal?.aborted) break;
      const result = await (early.get(found) ?? judge(found, server, sql !== undefined));
      results.push(result);
      onResult?.(result);
    }
  } finally {
    await Promise.all(early.values());
    await sql?.end();
  }
  const count = (status: Result['status']) =>
    results.filter((result) => result.status === status).length;
  return {
    url,
    passed: count('passed'),
    failed: count('failed'),
    notChecked: count('not checked'),
    results,
  };
}

async function judge(
  { rule, title, needsSql, run }: Case,
  server: Server,
  hasSql: boolean,
): Promise<Result> {
  const startedAt = performance.now();
  const result = (status: Result['status'], message?: string): Result => ({
    rule,
    title,
    status,
    ...(message !== undefined && { message }),
    ms: Math.round(performance.now() - startedAt),
  });
  if (needsSql && !hasSql) return result('not checked', 'it needs --database-url');
  try {
    await run(server);
    return result('passed');
  } catch (error) {
    return result('failed', error instanceof Error ? error.message : String(error));
  }
}
