import { parseArgs } from 'node:util';
import type { DatabaseState } from './case.js';
import { cases } from './cases/index.js';
import { crossCheck, type Difference } from './cross-check.js';
import { printDifferences, printReport } from './print.js';
import { Server } from './server.js';
import { type Report, runSuite } from './suite.js';

const help = `Checks servers against the rule book, from outside, whatever they are written in.

usage: npm run conformance -- URL [URL ...] [options]

  --database-url URL     the servers' database: rows and reads are then checked there too
  --database STATE       up (the default), down or empty: which state you have put the database in;
                         each state has rules of its own
  --only RULE,RULE       only these rules
  --list                 print the rules
  --json                 print the results as JSON (npm run -s: without npm's two lines before it)
  --help

Of several servers, any byte in which they differ is reported too.
Exit code: 0 if every rule that was checked holds, 1 if one does not, 2 for a mistake in the command.`;

/** A mistake in the command line. */
class UsageError extends Error {}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main(): Promise<number> {
  const { values, urls, only, database } = readArguments();
  if (values.help) console.log(help);
  else if (values.list)
    for (const { rule, title } of cases) console.log(`${rule.padEnd(23)} ${title}`);
  if (values.help || values.list) return 0;

  const reports: Report[] = [];
  for (const url of urls) {
    await reach(url);
    const report = await runSuite(url, {
      database,
      ...(only && { only }),
      ...(values['database-url'] && { databaseUrl: values['database-url'] }),
      onResult: ({ rule }) => {
        if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${url}: ${rule}`);
      },
    });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    reports.push(report);
    if (!values.json) printReport(report);
  }
  let differences: Difference[] = [];
  if (urls.length > 1 && database === 'up' && !only) {
    differences = await crossCheck(urls);
    if (!values.json) printDifferences(differences);
  }
  if (values.json) console.log(JSON.stringify({ reports, differences }, null, 2));
  return reports.some(({ failed }) => failed > 0) || differences.length > 0 ? 1 : 0;
}

function readArguments() {
  const { values, positionals: urls } = parse();
  const database = (values.database ?? 'up') as DatabaseState;
  if (!['up', 'down', 'empty'].includes(database)) {
    throw new UsageError(`--database is up, down or empty, not "${database}"`);
  }
  const only = values.only?.split(',');
  const unknown = only?.find((rule) => !cases.some((found) => found.rule === rule));
  if (unknown !== undefined)
    throw new UsageError(`There is no rule "${unknown}". --list names them.`);
  const elsewhere = cases.find(
    ({ rule, ...found }) => only?.includes(rule) && found.database !== database,
  );
  if (elsewhere) {
    throw new UsageError(`${elsewhere.rule} needs --database ${elsewhere.database}`);
  }
  if (
    values['database-url'] &&
    !/^postgres(ql)?:$/.test(URL.parse(values['database-url'])?.protocol ?? '')
  ) {
    throw new UsageError(
      '--database-url is a URL like postgres://user:password@127.0.0.1:5432/heptathlon',
    );
  }
  if (!values.help && !values.list && urls.length === 0) {
    throw new UsageError('Name a server: npm run conformance -- http://localhost:3000');
  }
  const wrong = urls.find((url) => {
    const parsed = URL.parse(url);
    return !parsed || !/^https?:$/.test(parsed.protocol) || parsed.pathname !== '/';
  });
  if (wrong)
    throw new UsageError(`"${wrong}" is no URL like http://localhost:3000, without a path`);
  return { values, urls, only, database };
}

function parse() {
  const string = { type: 'string' } as const;
  const boolean = { type: 'boolean' } as const;
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        'database-url': string,
        database: string,
        only: string,
        list: boolean,
        json: boolean,
        help: { ...boolean, short: 'h' },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new UsageError(`${message}. See npm run conformance -- --help`);
  }
}

/** One clear line instead of a failure in every rule. */
async function reach(url: string): Promise<void> {
  try {
    (await new Server(url).connect()).close();
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? error.code : error;
    throw new Error(`${url} cannot be reached (${cause}). Is the server running?`);
  }
}
