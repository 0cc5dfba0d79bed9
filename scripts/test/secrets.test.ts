import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join, matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askGit } from '@heptathlon/targets';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Passwords that everybody may know: of examples and tests, and of a database that only a container can reach. */
const KNOWN =
  /^(p|password|secret|heptathlon|\$\{[\w.]+\})@(127\.0\.0\.1|host|postgres|a\.example|\$\{)/;

/** What looks like a secret in a text: the line, and what it is. */
async function findSecrets(path: string, content: string): Promise<string[]> {
  const { messages } = await lintSource({
    source: { filePath: join(root, path), content, contentType: 'text', ext: extname(path) },
    options: {
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] },
    },
  });
  const passwords = [...content.matchAll(/[a-z]+:\/\/[^\s/:@"'`]+:([^\s/@"'`]+@[^\s/"'`]+)/g)]
    .filter(([, found = '']) => !KNOWN.test(found))
    .map(([url]) => `a password in a URL: ${url}`);
  return [...messages.map(({ message }) => message), ...passwords].map(
    (what) => `${path}: ${what}`,
  );
}

/** What is tracked; where there is no repository, as in an archive, all that .gitignore does not name. */
function listFiles(folder: string): string[] {
  const tracked = askGit(folder, 'ls-files', '-z')?.split('\0').filter(Boolean);
  if (tracked) return tracked;
  const ignored = readFileSync(join(folder, '.gitignore'), 'utf8')
    .split('\n')
    // What begins with a slash is in the archive where it was added by force.
    .filter((line) => line !== '' && !/^[#/]/.test(line))
    .map((line) => line.replace(/\/$/, ''));
  const walk = (path: string): string[] =>
    readdirSync(join(folder, path), { withFileTypes: true })
      .filter(({ name }) => !['.git', ...ignored].some((pattern) => matchesGlob(name, pattern)))
      .flatMap((entry) => {
        const found = join(path, entry.name);
        if (entry.isDirectory()) return walk(found);
        return entry.isFile() ? [found] : [];
      });
  return walk('');
}

test('an archive has the same files to look through as a repository', () => {
  const archive = mkdtempSync(join(tmpdir(), 'heptathlon-archive-'));
  try {
    const files = listFiles(root);
    for (const path of [...files, 'node_modules/a/b', 'apps/node/dist/server.js', 'a.log']) {
      mkdirSync(join(archive, dirname(path)), { recursive: true });
      writeFileSync(join(archive, path), '');
    }
    copyFileSync(join(root, '.gitignore'), join(archive, '.gitignore'));
    expect(listFiles(archive).toSorted()).toEqual(files.toSorted());
  } finally {
    rmSync(archive, { recursive: true });
  }
});

test('no file holds a secret', async () => {
  const files = listFiles(root);
  expect(files.length).toBeGreaterThan(300);
  const found = await Promise.all(
    files.map((path) => findSecrets(path, readFileSync(join(root, path), 'utf8'))),
  );
  expect(found.flat()).toEqual([]);
});

// Put together here, lest they be found.
const random = 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5';
test.each([
  [
    'a private key',
    `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${'MIIEow'.repeat(20)}\n-----END RSA ${'PRIVATE'} KEY-----`,
  ],
  ['a token of GitHub', `token = "gh${'p_'}${random}"`],
  ['a token of npm', `//registry.npmjs.org/:_auth${'Token'}=npm_${random}`],
  ['a key of AWS', `AWS_SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY${'ABCDEFGHIJ'}"`],
  ['a password in a URL', `postgres://admin:${random}${'@'}db.internal:5432/x`],
])('%s would be found', async (_, content) => {
  expect(await findSecrets('made-up.txt', content)).not.toEqual([]);
});
