import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { driverBeside, listTargets } from '../src/targets.js';

const folder = mkdtempSync(join(tmpdir(), 'heptathlon-driver-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('all targets have the driver that everybody has who installs it', () => {
  const drivers = listTargets().map(({ driver }) => driver);
  expect(drivers).not.toEqual([]);
  for (const driver of drivers) {
    expect(driver).toEqual({ name: 'postgres', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  }
});

test.each([
  ['postgres@1.2.3', {}],
  ['postgres@1.2.3_patch_hash=b6d5', { patch: 'patches/postgres@1.2.3.patch' }],
])('as pnpm installs it: %s', (store, patch) => {
  const home = join(folder, store);
  const installed = join(home, '.pnpm', store, 'node_modules', 'postgres');
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, 'package.json'), '{"version":"1.2.3"}');
  mkdirSync(join(home, 'packages', 'db', 'node_modules'), { recursive: true });
  symlinkSync(installed, join(home, 'packages', 'db', 'node_modules', 'postgres'));
  const apps = join(home, 'apps');
  expect(driverBeside(apps)).toEqual({ name: 'postgres', version: '1.2.3', ...patch });
});

test('without packages/db there is none', () => {
  expect(driverBeside(join(folder, 'nothing', 'apps'))).toBeUndefined();
});
