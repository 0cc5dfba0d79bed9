import { Connection } from '../http/connection.js';
import { header, type Response } from '../http/response.js';
import type { Probe } from './probes.js';

/** How long an answer may take, in ms: past that, none comes. */
const PATIENCE = 10_000;

/**
 * Sends probes to a server, each on a connection of its own.
 *
 * @returns what came of each, by its name, in a few words: `200 {"id":"1"}`, `404`, `400 as text`, `closed`, `silence`
 * @throws {Error} where the server cannot be reached
 */
export async function observe(url: string, probes: Probe[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const probe of probes) found[probe.name] = await ask(new URL(url), probe);
  return found;
}

async function ask(url: URL, { request, tells, ends, secret }: Probe): Promise<string> {
  const connection = await Connection.open(url, PATIENCE);
  try {
    connection.write(request.bytes);
    const response = await connection.read(request.method);
    const answer = describe(response, request.method, tells);
    if (secret) return `${answer}${response.body.includes(secret) ? ', and tells why' : ''}`;
    if (!ends) return answer;
    const isOpen = await connection.ended().then(
      () => false,
      () => true,
    );
    return isOpen ? `${answer}, and stays open` : answer;
  } catch (error) {
    return (error as Error).message.startsWith('no answer') ? 'silence' : 'closed';
  } finally {
    connection.close();
  }
}

function describe(response: Response, method: string, tells?: Probe['tells']): string {
  const { status } = response;
  if (status < 300) return [status, tells?.(response)].filter(Boolean).join(' ');
  const form = method === 'HEAD' ? undefined : formOf(response);
  return form ? `${status} ${form}` : String(status);
}

/** In what form an error is told; nothing where it is as the rule book says, or need not be told. */
function formOf(response: Response): string | undefined {
  const type = header(response, 'content-type') ?? '';
  if (/^application\/problem\+json/.test(type) || response.status < 400) return undefined;
  if (response.body.length === 0) return 'empty';
  if (/json/.test(type)) return 'as JSON';
  return /html/.test(type) ? 'as HTML' : 'as text';
}
