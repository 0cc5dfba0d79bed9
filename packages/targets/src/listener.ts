import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import { type Listener, listListeners } from './listeners.js';

/**
 * Programs that listen for a server that is elsewhere, in a container or on another machine: their CPU time
 * is not its own. As the kernel cuts names off, at 15 characters.
 */
const FORWARDERS = new Set([
  ...['com.docker.back', 'conmon', 'docker-proxy', 'gvproxy', 'kubectl', 'limactl', 'pasta'],
  ...['pasta.avx2', 'rootlessport', 'slirp4netns', 'socat', 'ssh', 'sshd', 'wslrelay'],
]);

/**
 * The process that listens at a URL of this machine: of several, such as those that share a socket with
 * the one that started them, the top one.
 *
 * @returns undefined where the URL is not a loopback address, where nobody listens, where another user's
 *   process does and may not be looked into, or where it only forwards to a server elsewhere
 */
export async function findListener(url: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  const listeners = await listListeners(Number(port || 80));
  for (const address of await loopbackAddresses(hostname)) {
    for (const local of addressesFor(address)) {
      const found = listeners.filter((listener) => listener.address === local);
      if (found.length > 0) return topOf(found);
    }
  }
  return undefined;
}

async function loopbackAddresses(hostname: string): Promise<string[]> {
  const name = hostname.replace(/^\[|\]$/g, '');
  const addresses = await lookup(name, { all: true }).catch(() => []);
  return addresses
    .map(({ address }) => address)
    .filter((address) => address.startsWith('127.') || address === '::1');
}

/** What a server can listen at to be reached at this address, the most precise first. */
function addressesFor(address: string): string[] {
  return isIPv4(address) ? [address, '0.0.0.0', `::ffff:${address}`, '::'] : [address, '::'];
}

function topOf(listeners: Listener[]): number | undefined {
  const pids = new Set(listeners.map(({ pid }) => pid));
  const tops = new Map(
    listeners.filter(({ parent }) => !pids.has(parent)).map((listener) => [listener.pid, listener]),
  );
  const [top, ...others] = tops.values();
  // Several that have nothing to do with each other: the kernel shares connections out among them.
  if (!top || others.length > 0 || FORWARDERS.has(top.program)) return undefined;
  return top.pid;
}
