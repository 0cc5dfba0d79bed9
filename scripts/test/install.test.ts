import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('an installation that is interrupted is not taken for the one before it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
  try {
    for (const name of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'scripts/run.js'])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    const stamp = join(folder, 'node_modules', '.heptathlon');
    cpSync(join(root, 'node_modules', '.heptathlon'), stamp);
    writeFileSync(join(folder, 'pnpm-lock.yaml'), '# of another commit\n', { flag: 'a' });
    const child = spawn(process.execPath, [join(folder, 'scripts', 'run.js'), 'build'], {
      detached: true,
      stdio: 'ignore',
    });
    const closed = once(child, 'close');
    while (existsSync(stamp)) {
      expect(child.exitCode).toBe(null);
      await sleep(10);
    }
    process.kill(-Number(child.pid), 'SIGKILL');
    await closed;
    expect(existsSync(stamp)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 50, retryDelay: 200 });
  }
});
