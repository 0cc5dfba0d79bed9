// Writes the figures of the documents: `npm run figures`, or `npm run figures -- results/FILE.json` for those of another run.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listTargets } from '@heptathlon/targets';
import { describeControl, describeDriver } from '../packages/bench/dist/output/describe.js';
import { count, plural } from '../packages/bench/dist/output/format.js';
import { renderOverview } from '../packages/bench/dist/output/markdown.js';
import { readResults } from '../packages/bench/dist/read.js';
import type { SoakResults } from '../packages/bench/dist/soak/result.js';
import { controlOf } from '../packages/bench/dist/summary.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The documents that people read, by their paths in the repository. */
export const documents = [
  '*.md',
  'docs/*.md',
  'docker/**/*.md',
  'k6/*.md',
  'k8s/*.md',
  'apps/*/*.md',
  'packages/*/*.md',
].flatMap((pattern) =>
  globSync(pattern, { cwd: root, exclude: (name) => name === 'node_modules' }),
);

/** What stands between `<!-- NAME -->` and `<!-- end of NAME -->`, made of what stood there. */
const blocks: Record<string, (text: string) => string> = { figures, targets, soak };

/**
 * Brings every figure of a document that is derived up to date.
 *
 * @throws {Error} where one names a file of results that is not there
 */
export function withFigures(document: string): string {
  return Object.entries(blocks).reduce(
    (text, [name, derive]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\n)([\\s\\S]*?)(<!-- end of ${name} -->)`),
        (_, begin, within, end) => `${begin}\n${derive(within)}\n\n${end}`,
      ),
    document,
  );
}

/** What requests cost on the run that is linked. */
function figures(text: string): string {
  const name = linkedIn(text);
  const results = readResults(join(root, 'results', `${name}.json`));
  const { machine, plan, startedAt } = results;
  const control = controlOf(results);
  const where = `${machine.cpu}, ${plural(machine.cores, 'core')}, Node ${machine.node}, ${describeDriver(results)}`;
  const how = `${plural(plan.rounds, 'round')}, ${count(plan.connections)} connections`;
  return [
    renderOverview(results),
    '',
    `${startedAt.slice(0, 10)}, ${where}; ${how}; medians. Bold: the cheapest, and whatever does not differ from it.`,
    ...(control ? [describeControl(control)] : []),
    `All figures: [report](results/${name}.html), [tables](results/${name}.md), [JSON](results/${name}.json).`,
  ].join('\n');
}

/** All targets, with the rules that they declare not to keep. */
function targets(): string {
  const rows = listTargets().map(({ name, place, framework, version, runtime, breaks = [] }) => {
    const app = `apps/${place?.app}`;
    const made = framework === 'node:http' ? 'none: `node:http`' : `${framework} ${version}`;
    const broken = breaks.length > 0 ? `[${plural(breaks.length, 'rule')}](${app}/README.md)` : '';
    const madeWith = runtime ? `${made}, ${runtime}` : made;
    return `| \`${name}\` | ${madeWith} | ${broken} | [${app}](${app}) |`;
  });
  return ['| name | framework | breaks | read |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** What came of the soak that is linked. */
function soak(text: string): string {
  const name = linkedIn(text);
  const file = readFileSync(join(root, 'results', `${name}.json`), 'utf8');
  const { startedAt, command, plan, servers }: SoakResults = JSON.parse(file);
  const sum = (of: (server: SoakResults['servers'][number]) => number) =>
    count(servers.reduce((total, server) => total + of(server), 0));
  const faults = Math.max(...servers.map((server) => server.faults.length));
  const [, folder = ''] = /\[JSON\]\((\S*?)[^/]+\.json\)/.exec(text) ?? [];
  return [
    `${startedAt.slice(0, 10)}, \`${command}\`, ${plural(servers.length, 'server')}, ${describeDriver({ targets: servers })}, ${count(plan.duration / 60)} min, ${plural(faults, 'fault')}:`,
    `${sum(({ answers }) => answers.right)} right answers, ${sum(({ answers }) => answers.excused)} of 503 while the database was disturbed, ${sum(({ answers }) => answers.wrong)} wrong`,
    `([report](${folder}${name}.html), [JSON](${folder}${name}.json)).`,
  ].join('\n');
}

/** The results that a text links, by the name of the file without its ending. @throws {Error} where it links none */
function linkedIn(text: string): string {
  const [, file] = /\[JSON\]\((\S+\.json)\)/.exec(text) ?? [];
  if (!file)
    throw new Error('a text with figures has to link its results: [JSON](results/FILE.json)');
  return basename(file, '.json');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , run] = process.argv;
  for (const file of documents) {
    const text = readFileSync(join(root, file), 'utf8');
    const chosen =
      run && file === 'README.md'
        ? text.replace(
            /(<!-- figures -->[\s\S]*?\[JSON\]\()\S+\.json/,
            `$1results/${basename(run)}`,
          )
        : text;
    const now = withFigures(chosen);
    if (now !== text) writeFileSync(join(root, file), now);
  }
}
