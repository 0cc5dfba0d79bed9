import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a server shows that it is ready: it answers a GET with 2xx. */
export interface Readiness {
  /** `/plaintext`, unless it is told. */
  path?: string;
  /** How long it may take, in ms. */
  timeout?: number;
}

/** What connects servers to the database. */
export interface Driver {
  name: string;
  version: string;
  /** The file of the patch, where it is not what was published. */
  patch?: string;
}

/** What all targets have. */
interface Named {
  name: string;
  /** Of one of ours, the folder in `apps/`, and the file in its `src` that starts it. */
  place?: { app: string; server: string };
  ready?: Readiness;
  /** The framework's package, or `node:http`; null for a server that is not of this repository. */
  framework: string | null;
  /** The framework's version, or Node's. */
  version: string | null;
  /** Where it is known not to be Node: `Bun 1.4.5`. */
  runtime?: string;
  /** Not there for a server that is not of this repository. */
  driver?: Driver;
  /** Rules of the rule book that it is known to break; its README says why. */
  breaks?: string[];
  /** Of each of these, what the check of the rule says then: another failure is a fault of its own. */
  failures?: Record<string, string>;
}

/** A server that can be started: it listens at HOST and PORT, and keeps its rows at DATABASE_URL. */
export interface Target extends Named {
  /** The program and its arguments. */
  command: string[];
  /** Variables of its own. */
  env?: Record<string, string>;
  /** The folder that it is started in; ours, unless it is told. */
  cwd?: string;
}

/** A server that runs already. */
export interface UrlTarget extends Named {
  /** Its base URL, without a slash at the end. */
  url: string;
}

/** There is no target of that name; the message lists those that there are. */
export class UnknownTargetError extends Error {
  override name = 'UnknownTargetError';
}

const apps = fileURLToPath(new URL('../../../apps', import.meta.url));

/** How a target is started, and what it breaks. */
interface Setting {
  /** The file in `src` that starts it: `server.ts`, unless it is told. */
  server?: string;
  /** A runtime other than Node, with arguments. */
  runtime?: string;
  /** Rules that it breaks, and what the check of each says then. */
  breaks?: Record<string, string>;
}

/** What the package.json of an app says under `heptathlon`. */
interface Manifest extends Setting {
  framework: string;
  /** Its targets, each with settings of its own; one that is called as the folder, where they are not told. */
  targets?: Record<string, Setting>;
}

/** Runtimes other than Node, and the program in their packages: `node_modules/.bin` may have a script before it. */
const runtimes: Record<string, { title: string; program: string }> = {
  bun: { title: 'Bun', program: 'bin/bun.exe' },
  deno: { title: 'Deno', program: 'deno' },
};

/**
 * Every target: the package.json of each folder in `apps/` names its own.
 *
 * @param folder the folder that takes the place of `apps/`
 */
export function listTargets(folder = apps): Target[] {
  const driver = driverBeside(folder);
  return readdirSync(folder)
    .filter((app) => existsSync(join(folder, app, 'package.json')))
    .flatMap((app) => {
      const manifest: Manifest = readJson(join(folder, app, 'package.json')).heptathlon;
      const { framework, targets = { [app]: {} } } = manifest;
      return Object.entries(targets).map(([name, setting]) => {
        const { server = 'server.ts', runtime, breaks } = { ...manifest, ...setting };
        return {
          name,
          place: { app, server },
          framework,
          version: framework.startsWith('node:')
            ? process.versions.node
            : versionOf(join(folder, app, 'node_modules', framework)),
          ...startOf(join(folder, app), server, runtime),
          ...(driver && { driver }),
          ...(breaks && { breaks: Object.keys(breaks), failures: breaks }),
        };
      });
    });
}

/**
 * The driver that the apps of a folder have by packages/db, as it is installed.
 *
 * @returns undefined where there is none
 */
export function driverBeside(folder: string): Driver | undefined {
  const installed = join(folder, '..', 'packages', 'db', 'node_modules', 'postgres');
  if (!existsSync(installed)) return undefined;
  const [name, version] = ['postgres', versionOf(installed)];
  // pnpm keeps what it has patched in a folder of its own.
  const isPatched = realpathSync(installed).includes('_patch_hash=');
  return { name, version, ...(isPatched && { patch: `patches/${name}@${version}.patch` }) };
}

/** How a target is started: by Node, or by the runtime that its package.json names, with arguments. */
function startOf(app: string, source: string, line = 'node'): Pick<Target, 'command' | 'runtime'> {
  const server = join(app, 'dist', source.replace(/\.ts$/, '.js'));
  const [called = '', ...args] = line.split(' ');
  const runtime = runtimes[called];
  if (!runtime) return { command: [process.execPath, ...args, server] };
  const folder = join(app, 'node_modules', called);
  return {
    command: [join(folder, runtime.program), ...args, server],
    runtime: `${runtime.title} ${versionOf(folder)}`,
  };
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

/**
 * The targets that tests are about: all, or those that HEPTATHLON_TARGETS names, as `npm test -- --target koa` does.
 *
 * @throws {UnknownTargetError} where one of these is none
 */
export function targetsUnderTest(): Target[] {
  const named = process.env.HEPTATHLON_TARGETS;
  return named ? named.split(',').map(findTarget) : listTargets();
}

/**
 * The targets that tests are about and, where that is one alone, another one to compare it with: all agree with all.
 *
 * @throws {UnknownTargetError} as `targetsUnderTest`
 */
export function targetsToCompare(): Target[] {
  const targets = targetsUnderTest();
  const [one, ...more] = targets;
  if (!one || more.length > 0) return targets;
  const others = listTargets().filter(({ name }) => name !== one.name);
  const other = others.find(({ name }) => name === 'node') ?? others[0];
  return other ? [one, other] : [one];
}

/** One target for each runtime: for what concerns the runtime, and no framework. */
export function oneOfEachRuntime(targets: Target[]): Target[] {
  const byRuntime = targets.map(
    (target) => [target.runtime?.split(' ')[0] ?? 'Node', target] as const,
  );
  return [...new Map(byRuntime).values()];
}

function versionOf(folder: string): string {
  return readJson(join(folder, 'package.json')).version;
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
