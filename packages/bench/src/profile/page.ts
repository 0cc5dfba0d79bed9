import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { CpuProfile } from './cpu-profile.js';
import { findSelfTimes } from './self-time.js';
import { describeRest, percent, SHOWN } from './table.js';
import { buildTree } from './tree.js';

/** Template, style and script lie beside the sources; both `src` and `dist` are as deep. */
const folder = fileURLToPath(new URL('../../src/profile/', import.meta.url));

const eta = new Eta({ views: folder, autoTrim: [false, 'nl'], cache: true });

/** Packages with a colour of their own in the flame graph: as many as can be told apart. */
const COLOURS = 8;

/**
 * A profile as a page with a flame graph that stands alone: its policy lets it load nothing.
 *
 * @param facts lines on what was profiled, and how
 */
export function renderPage(title: string, facts: string[], profile: CpuProfile): string {
  const times = findSelfTimes(profile);
  const script = readScript();
  return eta.render('page', {
    ...{ title, facts, percent, script },
    rest: describeRest(times),
    functions: times.functions.slice(0, SHOWN),
    packages: times.packages.slice(0, COLOURS),
    style: readFileSync(join(folder, 'page.css'), 'utf8'),
    // d3 sets styles at elements, and the graph brings a style sheet of its own.
    policy: `default-src 'none'; style-src 'unsafe-inline'; script-src '${hashOf(script)}'`,
    tree: JSON.stringify(buildTree(profile)).replaceAll('<', '\\u003c'),
  });
}

function readScript(): string {
  const require = createRequire(import.meta.url);
  const files = [
    // Its package only exports the module that it lies beside.
    join(dirname(require.resolve('d3')), 'd3.min.js'),
    require.resolve('d3-flame-graph'),
    join(folder, 'client.js'),
  ];
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
