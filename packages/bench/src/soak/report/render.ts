import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import { readCharts, readStyle } from '../../output/report/assets.js';
import type { SoakResults } from '../result.js';
import { viewOf } from './view.js';

/** Templates, style and script lie beside the sources; both `src` and `dist` are as deep. */
const folder = fileURLToPath(new URL('../../../src/soak/report/', import.meta.url));
const read = (file: string) => readFileSync(`${folder}${file}`, 'utf8');

const eta = new Eta({ views: folder, autoTrim: [false, 'nl'], cache: true });

/**
 * The results as a page that stands alone: it holds its style, its script and the results, and its
 * policy lets it load nothing and run nothing else.
 */
export function renderSoakReport(results: SoakResults): string {
  const style = readStyle() + read('soak.css');
  const script = `${readCharts()}\n${read('client.js')}`;
  const view = viewOf(results);
  return eta.render('page', {
    ...{ ...view, style, script },
    policy: `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'`,
    json: embed(results),
    chartsJson: embed(view.charts),
  });
}

const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** JSON that can stand in a script element: nothing in it ends the element, or starts a comment. */
const embed = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');
