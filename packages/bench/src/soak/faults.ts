import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@heptathlon/db/connect';
import {
  type Behaviour,
  impatient,
  neverReads,
  openClients,
  silent,
  slowBody,
  slowHeaders,
  vanishing,
} from '@heptathlon/faults';
import type { Sql } from 'postgres';
import type { RunDatabase } from '../database.js';
import { nonsense } from './nonsense.js';
import { APPLICATION, type Subject } from './subject.js';

/** Something that goes wrong around all servers at the same time. */
export interface Fault {
  name: string;
  /** Whether it reaches the database: what reads rows may then be answered with 503. */
  isOfDatabase: boolean;
  /** Lets it happen, and returns when it is over. */
  inject(place: Place): Promise<void>;
}

/** Where faults are injected. */
export interface Place {
  subjects: Subject[];
  halt: RunDatabase['halt'];
}

/** How long the table is locked, in ms: longer than a query may take. */
const LOCKED = 1500;

/** How long slow clients are there, in ms. */
const HELD = 4000;

/** How many clients of each kind a server has. */
const CLIENTS = 10;

/** Does something in each server's database, with a connection of its own. */
async function inEach({ subjects }: Place, work: (sql: Sql) => Promise<unknown>): Promise<void> {
  const one = async ({ database }: Subject) => {
    const connection = { application_name: APPLICATION };
    // A connection that is to be terminated may have ended by itself: PostgreSQL tells us.
    const sql = connect(database.url, { max: 1, fetch_types: false, connection, onnotice() {} });
    await work(sql).finally(() => sql.end());
  };
  await Promise.all(subjects.map(one));
}

/** Lets clients behave so for a while, and takes them away. */
async function withClients(
  { subjects }: Place,
  behaviours: Behaviour[],
  ms: number,
  clients = CLIENTS,
): Promise<void> {
  const opened = await Promise.all(
    subjects.flatMap(({ server }) =>
      behaviours.map((behave) => openClients(server.url, clients, behave)),
    ),
  );
  await sleep(ms);
  for (const client of opened.flat()) client.close();
}

const halted = (ms: number): Fault => ({
  ...{ name: `PostgreSQL halted for ${ms / 1000} s`, isOfDatabase: true },
  async inject({ halt }) {
    await halt?.pause();
    await sleep(ms);
    await halt?.resume();
  },
});

const always: Fault[] = [
  {
    ...{ name: 'connections terminated', isOfDatabase: true },
    inject: (place) =>
      inEach(
        place,
        (sql) => sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name <> ${APPLICATION}`,
      ),
  },
  {
    ...{ name: 'table locked', isOfDatabase: true },
    inject: (place) =>
      inEach(place, (sql) =>
        sql.begin(async (sql) => {
          await sql`lock table public.world in access exclusive mode`;
          await sleep(LOCKED);
        }),
      ),
  },
  {
    ...{ name: 'clients that vanish', isOfDatabase: false },
    inject: (place) => withClients(place, [vanishing, impatient(), impatient('/template')], 500),
  },
  {
    ...{ name: 'slow clients', isOfDatabase: false },
    inject: (place) => withClients(place, [slowHeaders(500), slowBody(500), silent], HELD),
  },
  {
    ...{ name: 'a client that never reads', isOfDatabase: false },
    // One: what they send, 6 MB each, is a load of its own.
    inject: (place) => withClients(place, [neverReads()], HELD, 1),
  },
  {
    ...{ name: 'malformed requests', isOfDatabase: false },
    inject: (place) => withClients(place, nonsense, 500),
  },
];

/** All that can be injected here: only a PostgreSQL of our own is halted. */
export const listFaults = ({ halt }: Place): Fault[] =>
  halt ? [...always, halted(500), halted(2000)] : always;
