import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

/** A process that listens. */
export interface Listener {
  pid: number;
  parent: number;
  /** Its program's name, at most 15 characters of it. */
  program: string;
  /** The address, for example `127.0.0.1`; all of them are `0.0.0.0` or `::`. */
  address: string;
}

/** The processes that listen on a TCP port: those that we may look into. */
export function listListeners(port: number): Promise<Listener[]> | Listener[] {
  return process.platform === 'linux' ? readListeners(port) : askListeners(port);
}

/** By /proc: proc_net_tcp(5) names the sockets, and each process has links to its own. */
export function readListeners(port: number): Listener[] {
  const sockets = new Map(
    ['tcp', 'tcp6'].flatMap((file) => parseSockets(read(`/proc/net/${file}`), port)),
  );
  if (sockets.size === 0) return [];
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const links = list(`/proc/${pid}/fd`).map((name) => readLink(`/proc/${pid}/fd/${name}`));
      const addresses = links.flatMap((link) => sockets.get(link) ?? []);
      return [...new Set(addresses)].map((address) => ({ ...describe(pid), address }));
    });
}

const LISTENING = '0A';

/** Links of the sockets that listen on a port, with their addresses. */
function parseSockets(table: string, port: number): [link: string, address: string][] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, local = '', , state]) =>
        state === LISTENING && Number.parseInt(local.split(':')[1] ?? '', 16) === port,
    )
    .map(([, local = '', , , , , , , , inode]) => [`socket:[${inode}]`, parseAddress(local)]);
}

/** Words of four bytes, each as this machine's processor has it in memory: the last byte first. */
function parseAddress(local: string): string {
  const [hex = ''] = local.split(':');
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex')].reverse());
  const mapped = bytes.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255';
  if (bytes.length === 4) return bytes.join('.');
  if (mapped) return `::ffff:${bytes.slice(12).join('.')}`;
  return bytes.every((byte) => byte === 0) ? '::' : shorten(bytes);
}

/** Only `::1` matters here, of all that could be shortened. */
function shorten(bytes: number[]): string {
  const text = Buffer.from(bytes).toString('hex');
  return /^0+1$/.test(text) ? '::1' : text;
}

/** proc_pid_stat(5): the name may hold spaces and parentheses. */
function describe(pid: string): Omit<Listener, 'address'> {
  const stat = read(`/proc/${pid}/stat`);
  const program = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: Number(pid), parent: Number(parent), program };
}

/** By lsof(8), where it is installed. */
export async function askListeners(port: number): Promise<Listener[]> {
  // Exit code 1 where nobody listens.
  const { stdout } = await promisify(execFile)('lsof', [
    ...['-nP', '-w', `-iTCP:${port}`, '-sTCP:LISTEN', '-FpRcn'],
  ]).catch(() => ({ stdout: '' }));
  const listeners: Listener[] = [];
  const process = { pid: 0, parent: 0, program: '' };
  for (const line of stdout.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) process.pid = Number(value);
    else if (line.startsWith('R')) process.parent = Number(value);
    else if (line.startsWith('c')) process.program = value.slice(0, 15);
    else if (line.startsWith('n')) listeners.push({ ...process, address: addressOf(value) });
  }
  return listeners;
}

/** `127.0.0.1:80`, `[::1]:80`, and `*:80` for all addresses of both kinds. */
function addressOf(name: string): string {
  const address = name.slice(0, name.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return address === '*' ? '::' : address;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
