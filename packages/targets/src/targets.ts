import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A server that can be started. */
export interface Target {
  /** The name of its folder in `apps/`. */
  name: string;
  /** The program and its arguments. */
  command: string[];
  /** The framework's package, or `node:http`. */
  framework: string;
  /** The framework's version, or Node's. */
  version: string;
}

/** There is no target of that name; the message lists those that there are. */
export class UnknownTargetError extends Error {
  override name = 'UnknownTargetError';
}

const apps = fileURLToPath(new URL('../../../apps', import.meta.url));

/** Every target: each folder of `apps/` is one. */
export function listTargets(): Target[] {
  return readdirSync(apps)
    .filter((name) => existsSync(join(apps, name, 'package.json')))
    .map((name) => {
      const { framework } = readJson(join(apps, name, 'package.json')).heptathlon;
      return {
        name,
        command: [process.execPath, join(apps, name, 'dist', 'server.js')],
        framework,
        version: framework.startsWith('node:')
          ? process.versions.node
          : readJson(join(apps, name, 'node_modules', framework, 'package.json')).version,
      };
    });
}

/**
 * The target of that name.
 *
 * @throws {UnknownTargetError} where there is none
 */
export function findTarget(name: string): Target {
  const targets = listTargets();
  const target = targets.find((target) => target.name === name);
  if (target) return target;
  const names = targets.map((target) => target.name).join(', ');
  throw new UnknownTargetError(`There is no target "${name}". Targets: ${names}`);
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
