import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeControl } from '../dist/output/describe.js';
import { count, plural } from '../dist/output/format.js';
import { renderOverview } from '../dist/output/markdown.js';
import { readResults } from '../dist/read.js';
import { controlOf } from '../dist/summary.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The README that shows a run. */
export const readmePath = `${root}README.md`;

const BLOCK = /(<!-- figures -->\n)[\s\S]*?(<!-- end of figures -->)/;

/**
 * Puts a run's figures into the text of the README.
 *
 * @param file a results file in `results/`
 * @throws {Error} where the text has no place for them
 */
export function withFigures(text: string, file: string): string {
  if (!BLOCK.test(text)) throw new Error('there is no place for figures');
  const name = basename(file, '.json');
  const results = readResults(`${root}results/${name}.json`);
  const { machine, plan, startedAt } = results;
  const control = controlOf(results);
  const where = `${machine.cpu}, ${plural(machine.cores, 'core')}, Node ${machine.node}`;
  const how = `${plural(plan.rounds, 'round')}, ${count(plan.connections)} connections`;
  const lines = [
    renderOverview(results),
    '',
    `${startedAt.slice(0, 10)}, ${where}; ${how}; medians, and the ratio to the cheapest, which is named beside the event. Bold: the cheapest, and whatever does not differ from it.`,
    ...(control ? [describeControl(control)] : []),
    `All figures: [report](results/${name}.html), [tables](results/${name}.md), [JSON](results/${name}.json).`,
  ];
  return text.replace(BLOCK, (_, begin, end) => `${begin}\n${lines.join('\n')}\n\n${end}`);
}

/** The results file that the README shows. @throws {Error} where it shows none */
export function shownFile(text: string): string {
  const [, file] = /\[JSON\]\((results\/\S+\.json)\)/.exec(text) ?? [];
  if (!file) throw new Error('the README shows no results file');
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync(readmePath, 'utf8');
  writeFileSync(readmePath, withFigures(text, process.argv[2] ?? shownFile(text)));
}
