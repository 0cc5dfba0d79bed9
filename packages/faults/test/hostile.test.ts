import { postJson } from '@heptathlon/conformance/tools';
import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { afterAll, beforeAll } from 'vitest';
import {
  ask,
  describeReaction,
  events,
  type HostileBytes,
  malformed,
  oversized,
  provoke,
  describe as say,
  smuggling,
  trailers,
  unusual,
} from '../src/index.js';
import { type Note, rule } from './rule.js';
import { type Contender, startAll, startPostgres, stopAll } from './stage.js';

let server: EmbeddedPostgres;
let contenders: Contender[];

beforeAll(async () => {
  server = await startPostgres();
  // What is incomplete is waited for as long; healthy requests may be late on a busy machine.
  contenders = await startAll(server.url, { HEADERS_TIMEOUT: '5000', REQUEST_TIMEOUT: '5000' });
});

afterAll(async () => {
  await stopAll(contenders);
  await server.stop();
});

/** What is incomplete may be left without an answer: how long to wait for one, in ms. */
const SILENCE = 8000;

/** Bytes on a connection of their own, then a healthy request on another. */
async function expectStood(url: string, hostile: HostileBytes, note: Note): Promise<void> {
  const reaction = await provoke(url, hostile.bytes, hostile.complete ? undefined : SILENCE);
  const { responses, closed } = reaction;
  const [first] = responses;
  const said = `${hostile.name}: ${describeReaction(reaction)}`;
  const right = (status: number) => hostile.statuses?.includes(status) ?? status >= 400;
  if (responses.length > 1) note(`answered twice: ${said}`);
  else if (first && !right(first.status))
    note(`${said}, expected ${hostile.statuses ?? '4xx or 5xx'}`);
  else if (!first && !closed && hostile.complete) note(`neither an answer nor an end: ${said}`);
  const healthy = await ask(url, events.plaintext);
  if (healthy.verdict !== 'ok') note(`after ${said}: ${say(healthy)}`);
}

for (const [name, title, all] of [
  ['fault.smuggling', 'bodies of which the length is in doubt', smuggling],
  ['fault.trailers', 'fields after a body', trailers],
  ['fault.oversized', 'more than may be sent', oversized],
  ['fault.malformed', 'what is not HTTP', malformed],
  ['fault.unusual', 'what is unusual', unusual],
] as const) {
  rule(name, title, (each) =>
    each(contenders, async ({ url }, note) => {
      await Promise.all(all.map((hostile) => expectStood(url, hostile, note)));
      const db = await ask(url, events.db);
      if (db.verdict !== 'ok') note(`afterwards: ${say(db)}`);
    }),
  );
}

const pollution = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';

rule('fault.pollution', 'names that mean something to JavaScript', (each) =>
  each(contenders, async ({ url }, note) => {
    for (const body of [pollution, '{}', '[]']) {
      const { responses } = await provoke(url, postJson(body).bytes);
      const echo = responses[0]?.body.toString();
      if (echo !== body) note(`${body} came back as ${echo}`);
    }
  }),
);
