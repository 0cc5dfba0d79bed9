import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { addApp, addRun, copyRepository } from './copy.js';

declare module 'vitest' {
  export interface ProvidedContext {
    site: BuiltSite;
  }
}

/** The site as it was built, of the repository, one app and one run more. */
export interface BuiltSite {
  /** Where it is served: a folder of a host, with a slash at the end. */
  url: string;
  /** The folder that it was built into. */
  dist: string;
  /** The repository that it was built from. */
  root: string;
}

/** The run that is added: the newest, and the one that the site's tables show. */
export const PLANTED = '2099-01-01T00-00-00-planted';

/** The rounds that are void in it: some of a winner's, some of a loser's, and all of one. */
export const VOID = [
  { name: 'hono-deno', event: 'params', rounds: [1, 2, 3, 4] },
  { name: 'hono', event: 'jsonBody', rounds: [5] },
  { name: 'express', event: 'db', rounds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
];

/** The app that is added, which the site knows nothing of: before all others by its name. */
export const ADDED = 'adder';

const folder = fileURLToPath(new URL('..', import.meta.url));
const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.yaml': 'text/plain; charset=utf-8',
};

/** Of a page, in bytes. */
const PART = 8 * 1024;

/** Builds the site once for all tests, and serves it. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const root = copyRepository();
  addApp(root, 'koa', ADDED);
  // Not above: tests import this file, and say first which repository they mean.
  const { chosenRun } = await import('../src/figures/chosen.js');
  addRun(root, chosenRun().id, PLANTED, VOID);
  const dist = join(root, 'site');
  const cleanUp = () => rmSync(root, { recursive: true });
  await build(root, dist).catch((error: unknown) => {
    cleanUp();
    throw error;
  });
  const server = serve(dist).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  provide('site', { url: `http://127.0.0.1:${port}/some/folder/`, dist, root });
  return () => {
    server.close();
    server.closeAllConnections();
    cleanUp();
  };
}

async function build(root: string, dist: string): Promise<void> {
  const astro = join(folder, 'node_modules/astro/bin/astro.mjs');
  const child = spawn(process.execPath, [astro, 'build', '--outDir', dist], {
    cwd: folder,
    env: {
      ...process.env,
      HEPTATHLON_ROOT: root,
      ASTRO_TELEMETRY_DISABLED: '1',
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], ...said] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  if (code !== 0) throw new Error(`The site was not built:\n${said.join('')}`);
}

/** Serves files as any static host does, below a path; pages in parts, as they come over a network. */
function serve(dist: string): Server {
  return createServer(async ({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const path = decodeURIComponent(pathname)
      .replace('/some/folder/', '/')
      .replace(/\/$/, '/index.html');
    try {
      const content = readFileSync(join(dist, path));
      response.writeHead(200, {
        'Content-Type': types[extname(path)] ?? 'application/octet-stream',
      });
      const part = path.endsWith('.html') ? PART : content.length;
      for (let at = 0; at < content.length; at += part) {
        response.write(content.subarray(at, at + part));
        await setTimeout(2);
      }
      response.end();
    } catch {
      response.writeHead(404).end();
    }
  });
}
