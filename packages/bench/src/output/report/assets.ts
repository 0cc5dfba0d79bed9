import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Templates, style and script lie beside the sources; both `src` and `dist` are as deep. */
const folder = fileURLToPath(new URL('../../../src/output/report/', import.meta.url));

const require = createRequire(import.meta.url);

export const views = `${folder}views`;

/** All style of the page. */
export const readStyle = () =>
  readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8') +
  readFileSync(`${folder}report.css`, 'utf8');

/** What charts are drawn with, for the script of a page to stand behind. */
export const readCharts = () =>
  [require.resolve('uplot/dist/uPlot.iife.min.js'), `${folder}charts.js`]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');

/** All script of the page. */
export const readScript = () => `${readCharts()}\n${readFileSync(`${folder}client.js`, 'utf8')}`;
