// Prints what an image serves, for whoever loads it: "hono-bun: hono 4.13.1, bun 1.4.5".
//
//   node docker/about.js FOLDER      the folder of a package; nothing, where it is no target
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [folder = ''] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8'));
const versionOf = (name) => `${name} ${read(join('node_modules', name)).version}`;

const { heptathlon } = read('.');
if (heptathlon) {
  const { framework, runtime = 'node' } = heptathlon;
  const [program] = runtime.split(' ');
  const parts = [
    framework.startsWith('node:') ? framework : versionOf(framework),
    program === 'node' ? `node ${process.versions.node}` : versionOf(program),
  ];
  console.log(`${basename(folder)}: ${parts.join(', ')}`);
}
