import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoted } from '../../src/output/format.js';

test.each([
  '/tmp/results/2026-11-25T04-52-30-373b244.json',
  '/tmp/a folder/results.json',
  "/tmp/it's $HOME/`x`.json",
])('%s is what a shell makes of it', (path) => {
  expect(execFileSync('sh', ['-c', `printf %s ${quoted(path)}`], { encoding: 'utf8' })).toBe(path);
});
