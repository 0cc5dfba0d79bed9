import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import {
  type Exit,
  type RunningTarget,
  startTarget,
  type Target,
  targetsToCompare,
  targetsUnderTest,
} from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patient, prove, states } from '../scripts/prove.js';
import { cases, crossCheck, type Report, runSuite } from '../src/index.js';

const targets = targetsUnderTest();
const others = targetsToCompare().filter(({ name }) => !targets.some((one) => one.name === name));
const reports = new Map<string, Report>();
const running: RunningTarget[] = [];
/** What was proved, by the URL where it runs. */
const proved = new Map<string, Target>();
/** Those that have ended: one that does so unasked fails all rules, and this tells why. */
const ended: { name: string; exit: Exit; output: string }[] = [];
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
  await prove(targets, postgres, runSuite, ({ target, state, server, report }) => {
    const { name } = target;
    proved.set(server.url, target);
    reports.set(`${name} ${state}`, report);
    const { exited, output } = server;
    exited.then((exit) => ended.push({ name, exit, output: output() }));
    if (state !== 'up') return server.stop();
    running.push(server);
    return undefined;
  });
});

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await postgres.stop();
});

test('none ended by itself', () => {
  expect(ended.filter(({ exit }) => exit.code !== 0)).toEqual([]);
  expect(ended).toHaveLength(targets.length * 2);
});

describe.each(targets)('$name', ({ name, breaks: all = [], failures = {} }) => {
  // Those of faults have tests of their own.
  const breaks = all.filter((rule) => !rule.startsWith('fault.'));
  const kept = cases.filter(({ rule }) => !breaks.includes(rule));
  test.each(kept)('$rule: $title', ({ rule, database }) => {
    const report = reports.get(`${name} ${database}`);
    const result = report?.results.find((result) => result.rule === rule);
    expect(result?.message).toBeUndefined();
    expect(result?.status).toBe('passed');
  });

  test('breaks what it says that it breaks, and no rule more', () => {
    const broken = states.flatMap((state) =>
      (reports.get(`${name} ${state}`)?.results ?? []).filter(({ status }) => status === 'failed'),
    );
    expect(broken.map(({ rule }) => rule)).toEqual(breaks);
    for (const { rule, message } of broken) expect(message, rule).toContain(failures[rule]);
  });
});

test('the cross-check reports no difference', async () => {
  const servers = await Promise.all(
    others.map((target) => startTarget(target, { databaseUrl: postgres.url, env: patient })),
  );
  running.push(...servers);
  const differences = await crossCheck(running.map(({ url }) => url));
  const hasBroken = (url: string, rule = '') =>
    proved.get(url)?.breaks?.some((broken) => broken === rule) === true;
  // Those who are fewer are told apart from what most answer.
  const unexplained = differences.filter(({ rule, answers }) => {
    const [, ...others] = answers.toSorted((a, b) => b.urls.length - a.urls.length);
    return others.some(({ urls }) => urls.some((url) => !hasBroken(url, rule)));
  });
  expect(unexplained).toEqual([]);
});
