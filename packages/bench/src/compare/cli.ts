import { readResults } from '../read.js';
import { boolean, parseUsage, string, UsageError } from '../usage.js';
import { commonNames, compareRuns } from './changes.js';
import { findBreaches, readCondition } from './gate.js';
import { metricNames } from './metrics.js';
import { findObstacles } from './obstacles.js';
import { describeLeftOut, type Report, renderMarkdown, renderText } from './render.js';

const help = `Says what changed from one run to another, by how much, and with what certainty; and what cannot be compared, and why.

usage: npm run bench -- compare A.json B.json [options]

  --targets A,B        those that both have, by default
  --events A,B         likewise
  --relative-to NAME   a target that did not change, in both runs: figures are divided by its own, round by
                       round, which takes out what the machine did between the runs
  --fail-if CONDITION  such as "cost > 5%" or "capacity < -5%", of ${metricNames.join(', ')}; can be given several
                       times. Exit code 1 where a change is beyond the limit and chance does not explain it
  --force              compares what cannot be compared (another machine, another plan, another rate), and says so
  --json, --markdown   in the place of text

Run the second like the first, with the same rates: npm run bench -- --like A.json --out B.json`;

/**
 * `npm run bench -- compare`
 *
 * @returns the exit code: 1 where a condition of `--fail-if` is met
 * @throws {UsageError} in one line, where the runs cannot be compared, or the command line is wrong
 */
export function runCompare(args: string[]): number {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(help);
    return 0;
  }
  const [first, second, ...more] = positionals;
  if (!first || !second || more.length > 0) {
    throw new UsageError('Name two results files. See npm run bench -- compare --help');
  }
  const conditions = (values['fail-if'] ?? []).map(readCondition);
  const [from, to] = [readResults(first), readResults(second)];
  const obstacles = findObstacles(from, to);
  if (obstacles.length > 0 && !values.force) {
    throw new UsageError(
      `These runs cannot be compared: ${obstacles.join('; ')}. --force does it all the same.`,
    );
  }
  const relativeTo = values['relative-to'];
  const names = select('target', values.targets, commonNames(from.plan, to.plan));
  const events = select(
    'event',
    values.events,
    from.plan.events.filter((event) => to.plan.events.includes(event)),
  );
  if (relativeTo !== undefined) select('target', relativeTo, commonNames(from.plan, to.plan));
  const compared = names.filter((name) => name !== relativeTo);
  const selection = { names: compared, events, relativeTo };
  const found = compareRuns(from, to, selection, values.force);
  if (found.changes.length === 0) {
    throw new UsageError(
      `Nothing of these runs can be compared: ${describeLeftOut(found.leftOut)}`,
    );
  }
  for (const { text, metric } of conditions) {
    if (found.changes.some((change) => change.metric === metric)) continue;
    const reasons = describeLeftOut(found.leftOut.filter((each) => each.metric === metric));
    throw new UsageError(
      `--fail-if "${text}" cannot be judged: ${reasons || `neither run has ${metric}`}`,
    );
  }
  const gates = conditions.map((condition) => ({
    condition,
    breaches: findBreaches(condition, found.changes),
  }));
  const report: Report = { from, to, relativeTo, obstacles, ...found, gates };
  if (values.json) {
    const { changes, leftOut } = found;
    console.log(JSON.stringify({ obstacles, relativeTo, changes, leftOut, gates }, null, 2));
  } else {
    console.log(values.markdown ? renderMarkdown(report) : renderText(report));
  }
  return gates.some(({ breaches }) => breaches.length > 0) ? 1 : 0;
}

const parse = (args: string[]) =>
  parseUsage('bench -- compare', {
    args,
    allowPositionals: true,
    options: {
      targets: string,
      events: string,
      'relative-to': string,
      'fail-if': { ...string, multiple: true },
      force: boolean,
      json: boolean,
      markdown: boolean,
      help: { ...boolean, short: 'h' },
    },
  });

/** Those that are asked for, which both runs must have. */
function select(what: string, asked: string | undefined, common: string[]): string[] {
  const names = asked?.split(',').map((name) => name.trim()) ?? common;
  const missing = names.find((name) => !common.includes(name));
  if (missing !== undefined) {
    throw new UsageError(
      `The runs have no ${what} "${missing}" in common. In common: ${common.join(', ') || 'none'}`,
    );
  }
  if (names.length === 0) throw new UsageError(`The runs have no ${what} in common.`);
  return names;
}
