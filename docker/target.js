// Tells about a target, for the Dockerfile:
//
//   node docker/target.js hono-bun folder    apps/hono
//   node docker/target.js hono-bun program   the file of its runtime, where that is not Node
//   node docker/target.js hono-bun start     what starts it: bun dist/server.bun.js
//   node docker/target.js hono-bun about     for whoever loads it: "hono-bun: hono 4.13.1, bun 1.4.5"
import { basename } from 'node:path';
import { findTarget } from '../packages/targets/dist/index.js';

const [name, what] = process.argv.slice(2);
const { command, framework, place, runtime, version } = findTarget(name);
const [program, ...args] = command;
const server = `dist/${basename(args.pop())}`;

const told = {
  folder: `apps/${place.app}`,
  program: runtime ? program : '',
  start: [basename(program, '.exe'), ...args, server].join(' '),
  about: `${name}: ${framework.startsWith('node:') ? framework : `${framework} ${version}`}, ${runtime?.toLowerCase() ?? `node ${process.versions.node}`}`,
};
console.log(told[what]);
