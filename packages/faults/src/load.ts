import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@heptathlon/conformance/tools';
import { ask, type Outcome } from './ask.js';
import type { Event } from './events.js';

/** What a load does. */
export interface LoadOptions {
  /** Connections, each of which has one request in flight. */
  connections: number;
  /** Sent in turns, each connection from another one on. */
  events: Event[];
  /** How long a connection rests after an answer, in ms; 0 where it is not told. */
  pause?: number;
  /** How long an answer may take, in ms; 10 s by default. */
  patience?: number;
}

/** What came of one of its requests. */
export interface LoadOutcome extends Outcome {
  /** When the one before it was sent on its connection, as by `performance.now()`; undefined where it was the first. */
  previous: number | undefined;
}

/** A load that runs until it is stopped. */
export interface Load {
  /** What has come of its requests so far. */
  outcomes: LoadOutcome[];
  /** Ends it, when the requests in flight have their answers. */
  stop(): Promise<LoadOutcome[]>;
}

/**
 * Loads a server from connections that are kept alive; one that is lost is opened anew.
 *
 * @param url where new connections go to
 */
export function startLoad(
  url: string | (() => string),
  { connections, events, pause = 0, patience }: LoadOptions,
): Load {
  const place = typeof url === 'string' ? () => url : url;
  const outcomes: LoadOutcome[] = [];
  let stopped = false;

  async function run(number: number): Promise<void> {
    let connection: Connection | undefined;
    let previous: number | undefined;
    for (let turn = number; !stopped; turn++) {
      const event = events[turn % events.length];
      if (!event) return;
      connection ??= await Connection.open(new URL(place())).catch(() => undefined);
      const outcome = await ask(place(), event, connection, patience);
      outcomes.push({ ...outcome, previous });
      previous = outcome.at;
      // The server may end a connection with any answer, and has to say so.
      if (outcome.status === undefined || outcome.closes) {
        connection?.close();
        connection = undefined;
        previous = undefined;
      }
      if (pause > 0) await sleep(pause);
    }
    connection?.close();
  }

  const running = Promise.all(Array.from({ length: connections }, (_, number) => run(number)));
  return {
    outcomes,
    async stop() {
      stopped = true;
      await running;
      return outcomes;
    },
  };
}
