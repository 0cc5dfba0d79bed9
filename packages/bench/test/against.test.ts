import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeCommit } from '@heptathlon/targets';
import { afterEach, describe, expect, vi } from 'vitest';
import { checkOutAside, findCommit } from '../src/targets/against.js';
import { test as base } from './bench-process.js';

/** Somebody's git: without the variables and the settings of whoever runs the tests. */
const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')),
);
const me = {
  ...{ GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@a.example' },
  ...{ GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@a.example' },
};
function git(cwd: string, ...args: string[]): string {
  const env = { ...clean, ...me, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** A repository with two commits, a change that is staged, one that is not, and a file that is in no commit. */
const test = base.extend<{ user: string; gate(repository: string): Promise<object> }>({
  user: async ({ folder }, use) => {
    const user = join(folder, 'user');
    mkdirSync(user);
    git(user, 'init', '--quiet', '--initial-branch', 'main');
    for (const content of ['first', 'second']) {
      for (const name of ['file', 'other']) writeFileSync(join(user, name), content);
      git(user, 'add', '.');
      git(user, 'commit', '--quiet', '--message', content);
    }
    writeFileSync(join(user, 'file'), 'staged');
    git(user, 'add', '.');
    writeFileSync(join(user, 'other'), 'changed');
    writeFileSync(join(user, 'new'), 'new');
    await use(user);
  },
  /** What the gate does with git: what it finds out about a repository, and what it puts aside. */
  gate: ({ folder }, use) =>
    use(async (repository) => {
      const aside = mkdtempSync(join(folder, 'aside-'));
      const { signal } = new AbortController();
      await checkOutAside(findCommit('HEAD^', repository), aside, signal, repository);
      return { ...describeCommit(repository), content: readFileSync(join(aside, 'file'), 'utf8') };
    }),
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function setAll(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

/** Every file of a folder, git's own included. */
const contentOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => [path, readFileSync(path, 'latin1')]);

/** All variables by which git can be told of a repository, as they would be for this one. */
function variablesOf(user: string): Record<string, string> {
  const names = git(user, 'rev-parse', '--local-env-vars').split('\n');
  const all = Object.fromEntries(names.map((name) => [name, join(user, '.git')]));
  return {
    ...all,
    GIT_WORK_TREE: user,
    GIT_INDEX_FILE: join(user, '.git', 'index'),
    GIT_OBJECT_DIRECTORY: join(user, '.git', 'objects'),
    GIT_CONFIG_PARAMETERS: `'core.worktree'='${user}'`,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.worktree',
    GIT_CONFIG_VALUE_0: user,
    GIT_CEILING_DIRECTORIES: dirname(user),
    GIT_NAMESPACE: 'other',
    GIT_TEMPLATE_DIR: user,
    GIT_PREFIX: 'folder/',
  };
}

describe('the repository of whoever runs a gate is only read', () => {
  test('with every variable of git set, each alone and all at once', async ({ user, gate }) => {
    const commit = git(user, 'rev-parse', '--short', 'HEAD');
    const before = contentOf(user);
    const variables = variablesOf(user);
    const alone = Object.entries(variables).map(([name, value]) => ({ [name]: value }));
    for (const env of [variables, ...alone]) {
      setAll(env);
      const found = { commit, dirty: true, content: 'first' };
      expect(await gate(user), JSON.stringify(env)).toEqual(found);
      expect(contentOf(user), JSON.stringify(env)).toEqual(before);
      vi.unstubAllEnvs();
    }
  });

  test('where it is a worktree', async ({ folder, user, gate }) => {
    const worktree = join(folder, 'worktree');
    git(user, 'worktree', 'add', '--quiet', '-b', 'branch', worktree);
    writeFileSync(join(worktree, 'file'), 'changed');
    const commit = git(user, 'rev-parse', '--short', 'HEAD');
    const before = [contentOf(user), contentOf(worktree)];
    setAll(variablesOf(user));
    expect(await gate(worktree)).toEqual({ commit, dirty: true, content: 'first' });
    expect([contentOf(user), contentOf(worktree)]).toEqual(before);
  });

  test('where it is a submodule', async ({ folder, user, gate }) => {
    const above = join(folder, 'above');
    git(folder, 'init', '--quiet', above);
    const add = ['submodule', '--quiet', 'add', pathToFileURL(user).href, 'module'];
    git(above, '-c', 'protocol.file.allow=always', ...add);
    const commit = git(user, 'rev-parse', '--short', 'HEAD');
    const before = contentOf(above);
    setAll(variablesOf(above));
    expect(await gate(join(above, 'module'))).toEqual({ commit, dirty: false, content: 'first' });
    expect(contentOf(above)).toEqual(before);
  });

  test('where the user has hooks for all repositories, which are not called', async ({
    folder,
    user,
    gate,
  }) => {
    const hook = join(folder, 'post-checkout');
    writeFileSync(hook, `#!/bin/sh\ntouch ${folder}/was-called\n`);
    chmodSync(hook, 0o755);
    writeFileSync(join(folder, 'gitconfig'), `[core]\n\thooksPath = ${folder}\n`);
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(folder, 'gitconfig'));
    expect(await gate(user)).toMatchObject({ content: 'first' });
    expect(existsSync(join(folder, 'was-called'))).toBe(false);
  });

  // In a worktree, where git tells its hooks of more than in the repository itself.
  test.for(['pre-commit', 'post-commit'])('where a %s hook runs it', (hook, { folder, user }) => {
    const worktree = join(folder, 'worktree');
    git(user, 'worktree', 'add', '--quiet', '-b', 'branch', worktree);
    writeFileSync(join(worktree, 'file'), 'staged');
    git(worktree, 'add', '.');
    writeFileSync(join(worktree, 'other'), 'changed');
    const file = join(user, '.git', 'hooks', hook);
    const program = join(folder, 'gate.mjs');
    const dist = new URL('../dist/targets/against.js', import.meta.url).href;
    writeFileSync(
      program,
      `import { checkOutAside, findCommit } from ${JSON.stringify(dist)};
      const [from, aside] = ${JSON.stringify([worktree, mkdtempSync(join(folder, 'aside-'))])};
      await checkOutAside(findCommit('HEAD^', from), aside, new AbortController().signal, from);
      console.log(aside);`,
    );
    const run = `${process.execPath} ${program} > ${folder}/said`;
    writeFileSync(file, `#!/bin/sh\nenv > ${folder}/env\n${run}\n`);
    chmodSync(file, 0o755);
    const head = git(worktree, 'rev-parse', 'HEAD');
    git(worktree, 'commit', '--quiet', '--message', 'third');
    // What a hook is told would lead it astray.
    expect(readFileSync(join(folder, 'env'), 'utf8')).toMatch(/^GIT_DIR=/m);
    const aside = readFileSync(join(folder, 'said'), 'utf8').trim();
    const content = hook === 'pre-commit' ? 'first' : 'second';
    expect(readFileSync(join(aside, 'file'), 'utf8')).toBe(content);
    expect(git(worktree, 'symbolic-ref', '--short', 'HEAD')).toBe('branch');
    expect(git(worktree, 'rev-parse', 'HEAD^')).toBe(head);
    expect(git(worktree, 'show', 'HEAD:file', 'HEAD:other')).toBe('stagedsecond');
    expect(git(worktree, 'status', '--porcelain')).toBe('M other');
    expect(readFileSync(join(worktree, 'other'), 'utf8')).toBe('changed');
  });
});

test('an archive that was unpacked in another repository has no commit, and no history to compare with', ({
  user,
}) => {
  const archive = join(user, 'archive');
  mkdirSync(archive);
  for (const folder of [archive, tmpdir()]) {
    expect(describeCommit(folder)).toEqual({ commit: null, dirty: false });
    expect(() => findCommit('HEAD', folder)).toThrow(
      /^--against HEAD: there is no history to compare with: this folder is not a clone .*\.$/,
    );
  }
  expect(() => findCommit('nonsense', user)).toThrow(
    '--against nonsense: there is no such commit here (git fetch brings more).',
  );
});
