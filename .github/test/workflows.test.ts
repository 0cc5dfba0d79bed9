import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const build = [path('../../scripts/go.js'), 'actionlint'];
const actionlint =
  process.env.ACTIONLINT || execFileSync(process.execPath, build, { encoding: 'utf8' }).trim();

/** What actionlint finds in a workflow. */
function lint(workflow: string): string {
  // Shell scripts are looked into where shellcheck is; they are few lines.
  const args = ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', '-'];
  const { stdout, error } = spawnSync(actionlint, args, { input: workflow, encoding: 'utf8' });
  if (error) throw error;
  return stdout;
}

const folder = path('../workflows/');
const files = readdirSync(folder);

describe.each(files)('%s', (file) => {
  const workflow = readFileSync(folder + file, 'utf8');

  test('has no fault', () => {
    expect(lint(workflow)).toBe('');
  });

  test.each([
    ['runs-on: ubuntu-latest', 'runs-on: ubuntu-newest', 'label "ubuntu-newest" is unknown'],
    ['contents: read', 'contents: all', '"all" is invalid as permission of scope "contents"'],
    ['steps:', 'step:', 'unexpected key "step"'],
  ])('would have one with "%s" as "%s"', (right, wrong, fault) => {
    expect(workflow).toContain(right);
    expect(lint(workflow.replace(right, wrong))).toContain(fault);
  });
});
