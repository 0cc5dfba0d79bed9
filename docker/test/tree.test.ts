import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Compose, docker, folder } from './compose.js';

// On a copy of the repository, which can be edited, with images of its own.
let temporary: string;
let copy: string;
let compose: Compose;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'heptathlon-tree-'));
  copy = join(temporary, 'copy');
  const left = ['node_modules', 'dist', '.git', '.astro'];
  await cp(join(folder, '..'), copy, {
    recursive: true,
    filter: (path) => !left.includes(basename(path)),
  });
  const [node, seed] = [{ image: 'heptathlon-tree/node' }, { image: 'heptathlon-tree/seed' }];
  const override = join(temporary, 'override.json');
  await writeFile(override, JSON.stringify({ services: { node, seed, lane: seed } }));
  compose = new Compose('heptathlon-tree', [join(copy, 'docker/compose.yaml'), override]);
  await compose.down();
  await up();
});
afterAll(async () => {
  await compose.down();
  await docker(['rmi', 'heptathlon-tree/node', 'heptathlon-tree/seed']);
  await rm(temporary, { recursive: true });
});

const up = (env = {}) => compose.with({ PORT: '0', ...env }).up('node');

async function plaintext(): Promise<string> {
  const address = await compose.run([], 'port', 'lane', '3000');
  return (await fetch(`http://${address.trim()}/plaintext`)).text();
}

test('up leaves a server alone whose sources are as they were', async () => {
  const before = await compose.inspect('node', '{{.Id}} {{.State.StartedAt}}');
  await up();
  expect(await compose.inspect('node', '{{.Id}} {{.State.StartedAt}}')).toBe(before);
  expect(await plaintext()).toBe('Hello, World!');
});

test('up serves what was edited', async () => {
  const app = join(copy, 'apps/node/src/app.ts');
  await writeFile(app, (await readFile(app, 'utf8')).replace('Hello, World!', 'Hello, tree!'));
  await up();
  expect(await plaintext()).toBe('Hello, tree!');
});

test('the image names its commit where it is told, and none otherwise', async () => {
  const revision = async () => {
    const format = '{{index .Config.Labels "org.opencontainers.image.revision"}}';
    return (await docker(['inspect', '-f', format, 'heptathlon-tree/node'])).stdout.trim();
  };
  expect(await revision()).toBe('');
  const commit = `${'0123456789'.repeat(4)}-dirty`;
  await up({ REVISION: commit });
  expect(await revision()).toBe(commit);
  await up();
  expect(await revision()).toBe('');
});
