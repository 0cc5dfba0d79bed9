import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('loading it does not make Node parse the package.json of Drizzle again and again', () => {
  const load = `await import('@heptathlon/db'); console.log(process.resourceUsage().maxRSS / 1024)`;
  const memory = execFileSync(process.execPath, ['--input-type=module', '--eval', load], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  // MiB: 85, and 270 with Drizzle's ES modules.
  expect(Number(memory)).toBeGreaterThan(20);
  expect(Number(memory)).toBeLessThan(150);
});
