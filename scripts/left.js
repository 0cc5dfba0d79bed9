// node scripts/left.js COMMAND ...: runs a command and says what it leaves behind, on which it fails. It gives the command
// a folder for temporary files, which has to be empty afterwards, and by which its processes are known.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { constants, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long what is told to end may take for it, in ms. */
const PATIENCE = 30_000;

const [file = '', ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'heptathlon-run-'));
// PostgreSQL may run as another user.
chmodSync(folder, 0o755);
const before = new Set(look());

let code = await run();
const deadline = Date.now() + PATIENCE;
const news = () => look().filter((each) => !before.has(each));
let left = news();
while (left.length > 0 && Date.now() < deadline) {
  await sleep(500);
  left = news();
}
rmSync(folder, { recursive: true, force: true });
if (left.length > 0) {
  console.error(`This was left behind:\n${left.map((line) => `  ${line}`).join('\n')}`);
  code ||= 1;
}
process.exitCode = code;

/** @returns the exit code of the command, to which signals go on */
function run() {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, TMPDIR: folder } });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => child.kill(signal));
    }
    child.on('error', (error) => {
      console.error(`${file}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** What is there and should not be where it was not before, a line each. */
function look() {
  const files = [
    folder,
    ...['', '.config', '.local', '.local/share'].map((part) => join(homedir(), part)),
  ];
  return [
    ...processes(),
    ...files.flatMap((path) =>
      names(path)
        // Node's own cache, where a program such as npm asks for it.
        .filter((name) => name !== 'node-compile-cache')
        .map((name) => `the file ${join(path, name)}`),
    ),
    ...memory(),
    ...(args.includes('docker') ? containers() : []),
  ];
}

/** Processes of the command, and PostgreSQL that nobody runs any more: its environment is its own. */
function processes() {
  const all = new Map();
  for (const pid of numbers('/proc')) {
    const environment = read(`/proc/${pid}/environ`);
    const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    const parent = Number(/\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1] ?? 0);
    const isDatabase =
      /embedded\/guard\.js /.test(command) || /\/postgres-[^/]+\/.*\/data$/.test(cwdOf(pid));
    all.set(pid, {
      pid,
      parent,
      command,
      isDatabase,
      isOurs: environment.includes(`TMPDIR=${folder}`),
    });
  }
  const isOrphan = ({ isDatabase, parent }) =>
    isDatabase && (!all.has(parent) || parent === 1 || isOrphan(all.get(parent)));
  return [...all.values()]
    .filter((each) => each.command && (each.isOurs || isOrphan(each)))
    .map(({ pid, command }) => `the process ${pid}: ${command.slice(0, 120)}`);
}

/** Shared memory (System V) of processes that are gone. */
function memory() {
  return read('/proc/sysvipc/shm')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , , creator]) => creator && !read(`/proc/${creator}/stat`))
    .map(([, id, , , creator]) => `the shared memory ${id} of process ${creator}, which is gone`);
}

/** Containers of ours, and their networks and volumes. */
function containers() {
  return [
    ['ps', '--all', '--format={{.Names}}'],
    ['network', 'ls', '--format={{.Name}}'],
    ['volume', 'ls', '--format={{.Name}}'],
  ].flatMap((command) =>
    execFileSync('docker', [...command, '--filter=name=heptathlon'])
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((name) => `docker's ${command[0]} ${name}`),
  );
}

function numbers(path) {
  return names(path)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function names(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function cwdOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
