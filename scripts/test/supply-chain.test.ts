import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readInstalled } from '../installed.ts';
import { allowed, exceptions, isAllowed, licencesPath, listLicences } from '../licences.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const workspace = parse(read('pnpm-workspace.yaml'));

describe('the lockfile', () => {
  /** Looks, with the pnpm that is pinned and without the network, whether a copy of all manifests is in step. */
  async function install(change: (folder: string) => void = () => {}) {
    const folder = mkdtempSync(join(tmpdir(), 'heptathlon-lockfile-'));
    try {
      const manifests = ['apps', 'packages']
        .flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name)))
        .concat('k6', '')
        .map((path) => join(path, 'package.json'))
        .filter((path) => existsSync(join(root, path)));
      for (const path of [...manifests, 'pnpm-lock.yaml', 'pnpm-workspace.yaml'])
        cpSync(join(root, path), join(folder, path), { recursive: true });
      change(folder);
      const { packageManager } = JSON.parse(read('package.json'));
      const pnpm = [
        'exec',
        '--yes',
        '--prefer-offline',
        `--package=${packageManager}`,
        '--',
        'pnpm',
      ];
      const args = [
        'install',
        '--frozen-lockfile',
        '--lockfile-only',
        '--offline',
        '--ignore-pnpmfile',
      ];
      const { stdout } = await promisify(execFile)('npm', [...pnpm, ...args], { cwd: folder });
      return stdout;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test.concurrent('is in step with every package.json', async () => {
    expect(await install()).toContain('Done');
  });

  test.concurrent('would be refused with a package.json that asks for more', async () => {
    const asking = install((folder) => {
      const file = join(folder, 'apps', 'node', 'package.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8'));
      manifest.dependencies.koa = 'catalog:';
      writeFileSync(file, JSON.stringify(manifest));
    });
    await expect(asking).rejects.toThrow(/OUTDATED_LOCKFILE|frozen/i);
  });

  test('names a checksum for every package, all from the registry', () => {
    const packages: Record<string, { resolution: Record<string, unknown> }> = parse(
      read('pnpm-lock.yaml'),
    ).packages;
    const without = Object.entries(packages).filter(
      ([, { resolution }]) => !/^sha512-/.test(String(resolution.integrity)) || resolution.tarball,
    );
    expect(without).toEqual([]);
  });
});

describe('install scripts', () => {
  test('whoever has one is told to run it, or not to', () => {
    const scripts = readInstalled(root)
      .filter(({ folder, manifest }) => {
        const { preinstall, install, postinstall } = manifest.scripts ?? {};
        return preinstall || install || postinstall || existsSync(join(folder, 'binding.gyp'));
      })
      .map(({ manifest }) => manifest.name);
    expect(scripts.length).toBeGreaterThan(3);
    expect([...new Set(scripts)].filter((name) => !(name in workspace.allowBuilds))).toEqual([]);
  });

  test('whoever is not named stops the installation', () => {
    expect(workspace.strictDepBuilds).toBe(true);
  });
});

describe('licences', () => {
  test('docs/licences.md is what lockfile and packages say: npm run licences writes it', () => {
    expect(readFileSync(licencesPath, 'utf8')).toBe(listLicences());
  });

  test.each([
    'GPL-3.0-only',
    'MIT AND GPL-3.0-only',
    'SEE LICENSE IN LICENSE',
    '',
    '(MIT OR X) AND Y',
  ])('"%s" is not allowed', (licence) => expect(isAllowed(licence)).toBe(false));

  test.each([...allowed, 'MIT OR GPL-3.0-only', '(MIT AND Zlib)'])('"%s" is', (licence) => {
    expect(isAllowed(licence)).toBe(true);
  });

  test('nothing is excepted that is not there, or is allowed', () => {
    const licences = new Map(
      readInstalled(root).map(({ manifest }) => [manifest.name, manifest.license]),
    );
    for (const name of Object.keys(exceptions)) {
      expect(licences.get(name)).toBeDefined();
      expect(isAllowed(String(licences.get(name)))).toBe(false);
    }
  });
});

/** Of a workflow. */
interface Job {
  permissions?: Record<string, string>;
  steps: { uses?: string; with?: Record<string, unknown> }[];
}

describe.each(readdirSync(join(root, '.github', 'workflows')))('the workflow %s', (name) => {
  const workflow = parse(read(join('.github', 'workflows', name)));
  const jobs = Object.values<Job>(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test('may read the repository; a job that publishes may do that, and runs nothing of ours', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const { permissions, steps } of jobs) {
      if (!permissions) continue;
      expect(permissions).toEqual({ pages: 'write', 'id-token': 'write' });
      expect(steps.map(({ uses }) => uses?.split('@')[0])).toEqual(['actions/deploy-pages']);
    }
  });

  test('uses actions of GitHub only, each by its version', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(1);
    for (const action of used) expect(action).toMatch(/^actions\/[\w-]+@v\d+(\.\d+)*$/);
  });

  test('keeps no credentials in what it checks out', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const step of checkouts) expect(step.with?.['persist-credentials']).toBe(false);
  });
});

test('programs of Go are pinned with a checksum each', () => {
  const folder = join(root, 'scripts', 'go');
  for (const name of readdirSync(folder)) {
    const required = [
      ...read(join('scripts', 'go', name, 'go.mod')).matchAll(/^\s+(\S+) (v\S+)/gm),
    ];
    const sums = read(join('scripts', 'go', name, 'go.sum'));
    expect(required.length).toBeGreaterThan(2);
    for (const [, module, version] of required)
      expect(sums).toContain(`${module} ${version}/go.mod h1:`);
  }
  expect(existsSync(join(dirname(folder), 'go.js'))).toBe(true);
});

test('packages are checked against the Node that everything runs on', () => {
  expect(workspace.nodeVersion).toBe(workspace.catalog.node);
});
