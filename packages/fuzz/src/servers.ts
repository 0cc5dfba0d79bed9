import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
import {
  attachTarget,
  type Exit,
  endAll,
  startTarget,
  type Target,
  type UrlTarget,
} from '@heptathlon/targets';

/** A server that is fuzzed. */
export interface Server {
  name: string;
  url: URL;
  /** Rules that it is known to break. */
  breaks: string[];
  /** How it ended, once it has. */
  exit?: Exit;
  /** What it has printed, at most the last 64 KiB. */
  output(): string;
}

/** Nine servers and a fuzzer share the machine: a query, or a request, that waits its turn is nobody's fault. */
const patient = { QUERY_TIMEOUT: '10000', HEADERS_TIMEOUT: '60000', REQUEST_TIMEOUT: '60000' };

/**
 * Starts targets, all on one embedded PostgreSQL, or finds those that run already.
 *
 * @param signal ends the start
 * @returns the servers, and how they and PostgreSQL are stopped
 * @throws {Error} where one does not start; nothing is left running then
 */
export async function startServers(
  targets: (Target | UrlTarget)[],
  signal?: AbortSignal,
): Promise<{ servers: Server[]; stop: () => Promise<void> }> {
  const options = signal ? { signal } : {};
  let postgres: EmbeddedPostgres | undefined;
  if (targets.some((target) => 'command' in target)) postgres = await startEmbeddedPostgres();
  const started = await Promise.allSettled(
    targets.map(async (target) => {
      const running =
        'command' in target
          ? await startTarget(target, {
              databaseUrl: postgres?.url ?? '',
              env: patient,
              ...options,
            })
          : await attachTarget(target, signal);
      const { url, output } = running;
      const server: Server = {
        name: target.name,
        url: new URL(url),
        breaks: target.breaks ?? [],
        output,
      };
      running.exited.then((exit) => (server.exit = exit));
      return { server, running };
    }),
  );
  const all = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => {
    await endAll(
      ...all.map(
        ({ running }) =>
          () =>
            running.stop(),
      ),
    );
    await endAll(() => postgres?.stop());
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { servers: all.map(({ server }) => server), stop };
}
