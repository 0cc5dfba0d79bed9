import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** As npm calls it. */
function run(args: string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [`${root}scripts/run.js`, ...args], {
    encoding: 'utf8',
    env: { ...process.env, npm_lifecycle_event: String(args[0]), ...env },
  });
}

test.each(Object.keys(scripts))('npm run %s -- --help is ours: it says how it is used', (name) => {
  const { status, stdout } = run([name, '--help']);
  expect(stdout).toContain(`usage: npm run ${name} `);
  expect(stdout).not.toMatch(/vitest\/|astro v|pnpm v/i);
  expect(status).toBe(0);
});

test('output for machines: where npm prints its banner before it, one line says how to leave it out', () => {
  const args = ['conformance', '--json', '--help'];
  const hint =
    'npm prints two lines before this output; without them: npm run -s conformance -- …\n';
  expect(run(args, { npm_config_loglevel: '' }).stderr).toContain(hint);
  expect(run(args, { npm_config_loglevel: 'silent' }).stderr).not.toContain(hint);
});

test('a command that is unknown is one line that names those that there are', () => {
  const { status, stderr } = run(['nonsense']);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^usage: npm run <.*\|bench\|.*>.*\n$/);
});
