import { setTimeout as sleep } from 'node:timers/promises';
import { send } from './send.js';
import type { Server } from './servers.js';

/** How long a healthy server may take to say so, in ms. */
const LIMIT = 1000;
/** How often it may try: a busy machine makes one late, and not each time. */
const LOOKS = 5;

const asked = {
  messages: [
    {
      method: 'GET',
      target: '/plaintext',
      version: '1.1' as const,
      hosts: ['localhost'],
      headers: [],
    },
  ],
  pipelined: false,
};

/**
 * What is wrong with servers, after whatever they were sent.
 *
 * @returns a line for each that has ended, or does not answer
 */
export async function findSick(servers: Server[]): Promise<string[]> {
  const found = await Promise.all(servers.map(look));
  return found.filter((line) => line !== undefined);
}

/** What servers have logged at pino's level error or fatal: the first line of each. */
export function findLogged(servers: Server[]): string[] {
  return servers.flatMap(({ name, output }) => {
    const lines = output()
      .split('\n')
      .filter((line) => /"level":[56]0,/.test(line));
    const [first] = lines;
    return first ? `${name} has logged ${lines.length} errors: ${first.slice(0, 1000)}` : [];
  });
}

async function look(server: Server): Promise<string | undefined> {
  for (let looks = 1; ; looks++) {
    const last = looks === LOOKS;
    const outcome = await send(server.url, asked).catch((error: Error) => error);
    if (!(outcome instanceof Error)) {
      const [{ answer, ms } = { answer: 'nothing', ms: 0 }] = outcome;
      if (typeof answer !== 'string' && answer.status === 200 && ms < LIMIT) return undefined;
      if (last) {
        const what = typeof answer === 'string' ? answer : `status ${answer.status}`;
        return `${server.name} does not answer GET /plaintext as it should: ${what}, ${Math.round(ms)} ms`;
      }
    } else if (last)
      return `${server.name} cannot be reached: ${describeEnd(server) ?? outcome.message}`;
    await sleep(100);
  }
}

function describeEnd({ exit, output }: Server): string | undefined {
  if (!exit) return undefined;
  const how = exit.signal ?? `exit code ${exit.code}`;
  return `it has ended (${how}): ${output().trim().split('\n').slice(-20).join('\n')}`;
}
