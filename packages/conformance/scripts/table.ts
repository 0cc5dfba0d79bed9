import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { describeCommit, endAll, listTargets } from '@heptathlon/targets';
import { cases, runSuite } from '../dist/index.js';
import { prove, states } from './prove.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const file = `${root}results/conformance.json`;

const help = `Proves all targets, in all states of the database, and writes what each keeps to results/conformance.json.

usage: npm run conformance:table

It takes a minute or two. Exit code: 0 if each target breaks what it says that it breaks and no rule more, 1 if
one does not (the file is written all the same), 2 for a mistake in the command.`;

try {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) console.log(help);
  else process.exitCode = await writeTable();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}

/** @returns the exit code */
async function writeTable(): Promise<number> {
  const targets = listTargets();
  const results = new Map<string, Record<string, string>>(targets.map(({ name }) => [name, {}]));
  const postgres = await startEmbeddedPostgres();
  let through = 0;
  try {
    await prove(targets, postgres, runSuite, ({ target, state, server, report }) => {
      for (const { rule, status } of report.results) {
        Object.assign(results.get(target.name) ?? {}, { [rule]: status });
      }
      through++;
      console.error(
        `[${through}/${targets.length * states.length}] ${target.name}, database ${state}: ${report.passed} passed, ${report.failed} failed`,
      );
      return server.stop();
    });
  } finally {
    await endAll(() => postgres.stop());
  }
  const table = {
    version: 1,
    provedAt: new Date().toISOString(),
    ...describeCommit(root),
    node: process.versions.node,
    rules: cases.map(({ rule, title, database }) => ({ rule, title, database })),
    targets: targets.map(({ name, framework, version, runtime, breaks = [] }) => ({
      ...{ name, framework, version, ...(runtime && { runtime }), breaks },
      results: Object.fromEntries(
        cases.map(({ rule }) => [rule, results.get(name)?.[rule] ?? 'not checked']),
      ),
    })),
  };
  writeFileSync(file, `${JSON.stringify(table, null, 2)}\n`);
  const wrong = table.targets.flatMap(({ name, breaks, results: own }) =>
    cases
      .filter(({ rule }) => own[rule] !== (breaks.includes(rule) ? 'failed' : 'passed'))
      .map(({ rule }) => `${name}: ${rule} ${own[rule]}`),
  );
  for (const line of wrong) console.error(line);
  return wrong.length > 0 ? 1 : 0;
}
