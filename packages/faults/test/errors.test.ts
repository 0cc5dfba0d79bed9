import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { startTarget } from '@heptathlon/targets';
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
import { type Note, rule, targets } from './rule.js';
import { type Contender, inPairs, startPostgres, stopAll } from './stage.js';

interface Client extends Contender {
  agents: Agents;
}

let server: EmbeddedPostgres;
let clients: Client[];

beforeAll(async () => {
  server = await startPostgres();
  clients = await inPairs(targets, async (target) => {
    const agents = await startAgents(target);
    const started = await startTarget(agents.target, { databaseUrl: server.url });
    return { target, agents, server: started, url: started.url };
  });
});

afterAll(async () => {
  await stopAll(clients);
  await Promise.all(clients.map(({ agents }) => agents.close()));
  await server.stop();
});

/** How long a line of the log may take to come, in ms: that it comes is what is looked at. */
const LOG_TIMEOUT = 30_000;

/** The log names the cause, at a level that is heard, and once. */
async function expectLogged({ server }: Client, command: Command, note: Note): Promise<void> {
  const deadline = performance.now() + LOG_TIMEOUT;
  const lines = () =>
    server
      .output()
      .split('\n')
      .filter((line) => line.includes(causeOf(command)));
  while (lines().length === 0 && performance.now() < deadline) await sleep(20);
  const [line] = lines();
  if (line === undefined) note(`the log does not have "${causeOf(command)}"`);
  else if (!/"level":50/.test(line))
    note(`no line of the log at level error: ${line.slice(0, 200)}`);
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
      await expectLogged(client, command, note);
    }),
  );
}

for (const command of ['rejection', 'listener'] as const) {
  const what = command === 'rejection' ? 'a promise that nobody awaits' : 'a listener that throws';
  rule('fault.uncaught', what, (each) =>
    each(clients, async (client, note) => {
      const { agents, url, server } = client;
      const load = startLoad(url, { connections: 8, events: Object.values(events), pause: 5 });
      await sleep(50);
      await agents.tell(command);
      await expectLogged(client, command, note);
      await sleep(100);
      for (const outcome of await load.stop()) {
        if (outcome.verdict !== 'ok') note(`another request: ${say(outcome)}`);
      }
      const ended = await Promise.race([server.exited, sleep(0)]);
      if (ended) note(`it ended: ${JSON.stringify(ended)}`);
    }),
  );
}
