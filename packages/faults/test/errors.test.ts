import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { startTarget, type Target } from '@heptathlon/targets';
import { afterAll, beforeAll } from 'vitest';
import {
  type Agents,
  ask,
  askAll,
  type Command,
  causeOf,
  events,
  otherEvents,
  describe as say,
  startAgents,
  startLoad,
} from '../src/index.js';
import { isLost, wasSilent } from './expect.js';
import { type Note, rule, targets } from './rule.js';
import { type Contender, inPairs, startPostgres, stopAll } from './stage.js';

interface Client extends Contender {
  agents: Agents;
}

let server: EmbeddedPostgres;
let clients: Client[];

beforeAll(async () => {
  server = await startPostgres();
  clients = await inPairs(targets, startClient);
});

/** Machines may be busy: a read that takes its time is not what is looked at here. */
const patient = { QUERY_TIMEOUT: '30000' };

async function startClient(target: Target): Promise<Client> {
  const agents = await startAgents(target);
  const started = await startTarget(agents.target, { databaseUrl: server.url, env: patient });
  return { target, agents, server: started, url: started.url };
}

afterAll(async () => {
  await stopAll(clients);
  await Promise.all(clients.map(({ agents }) => agents.close()));
  await server.stop();
});

/** How long a line of the log may take to come, in ms: that it comes is what is looked at. */
const LOG_TIMEOUT = 30_000;

/** The log names the cause, at a level of pino's. */
async function expectLogged(
  { server }: Client,
  command: Command,
  level: 50 | 60,
  note: Note,
): Promise<void> {
  const deadline = performance.now() + LOG_TIMEOUT;
  const lines = () =>
    server
      .output()
      .split('\n')
      .filter((line) => line.includes(causeOf(command)));
  while (lines().length === 0 && performance.now() < deadline) await sleep(20);
  const [line] = lines();
  if (line === undefined) note(`the log does not have "${causeOf(command)}"`);
  else if (!line.includes(`"level":${level}`))
    note(`no line of the log at level ${level}: ${line.slice(0, 200)}`);
}

for (const [command, broken] of [
  ['template', events.template],
  ['handler', events.db],
] as const) {
  rule('fault.errors', `a ${command} that throws`, (each) =>
    each(clients, async (client, note) => {
      const { agents, url } = client;
      const intact = command === 'template' ? [...otherEvents, events.db] : otherEvents;
      const load = startLoad(url, { connections: 8, events: intact, pause: 5 });
      await agents.tell(command);

      const failed = await askAll(url, [broken, broken, broken]);
      await agents.tell('heal');
      for (const outcome of failed) if (outcome.verdict !== 'failed') note(say(outcome));
      for (const outcome of await load.stop()) {
        if (outcome.verdict !== 'ok') note(`another request: ${say(outcome)}`);
      }
      const after = await ask(url, broken);
      if (after.verdict !== 'ok') note(`afterwards: ${say(after)}`);
      await expectLogged(client, command, 50, note);
    }),
  );
}

/** Within as many ms a server has ended after an error that nobody caught; until then the machine may hold it up. */
const END_TIMEOUT = 60_000;

for (const command of ['rejection', 'listener'] as const) {
  const what = command === 'rejection' ? 'a promise that nobody awaits' : 'a listener that throws';
  rule(
    'fault.uncaught',
    `${what}: logged, what was accepted is answered, exit code 1`,
    async (each) => {
      const doomed = await inPairs(targets, startClient);
      await each(doomed, async (client, note) => {
        const { agents, url, server } = client;
        const load = startLoad(url, { connections: 8, events: Object.values(events), pause: 50 });
        while (load.outcomes.length < 24) await sleep(20);
        await agents.tell(command);
        await expectLogged(client, command, 60, note);
        const exit = await Promise.race([server.exited, sleep(END_TIMEOUT)]);
        if (exit?.code !== 1) note(`expected exit code 1: ${JSON.stringify(exit ?? 'it goes on')}`);
        for (const outcome of await load.stop()) {
          // A new connection may find nobody any more.
          const refused = outcome.previous === undefined && isLost(outcome);
          if (outcome.verdict !== 'ok' && !refused && !wasSilent(outcome)) note(say(outcome));
        }
      });
      await stopAll(doomed);
      await Promise.all(doomed.map(({ agents }) => agents.close()));
    },
  );
}
