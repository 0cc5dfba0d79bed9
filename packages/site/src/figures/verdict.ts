import { list, plural, type View } from '@heptathlon/bench';
import { chosenRun } from './chosen.js';
import type { Run } from './runs.js';

/** An event in short. */
export interface EventVerdict {
  event: string;
  /** The cheapest, and those that do not differ from it. */
  cheapest: string[];
  /** Of the cheapest, in µs a request, as the bench writes it. */
  cost: string;
  servers: ServerVerdict[];
}

/** A server over the cheapest of an event, as the bench writes it. */
export interface ServerVerdict {
  name: string;
  /** µs a request; empty where it is void. */
  cost: string;
  /** `×1.858`, `cheapest`, or why there is no figure. */
  text: string;
  /** `[1.822, 1.895]`; empty where there is none. */
  interval: string;
  state: 'cheapest' | 'differs' | 'same' | 'none';
}

/** What the newest complete run says, for a reader in a hurry. */
export interface Verdict {
  /** Who is how much cheaper, where it matters most and where it matters least. */
  sentence: string;
  events: EventVerdict[];
  run: string;
  /** `2026-11-21` */
  date: string;
  /** `AMD EPYC, 2 cores` */
  machine: string;
  commit: string;
  /** How far it is to be trusted: A against A. */
  control: string | undefined;
}

/** @throws {Error} where `results/` has no complete run */
export function verdict(): Verdict {
  return verdictOf(chosenRun());
}

/** What a run says in short. */
export function verdictOf({ id, results, view }: Run): Verdict {
  const { machine, startedAt, commit, plan } = results;
  const events = view.forest.events.map((each) => eventOf(each, plan.control?.name));
  return {
    sentence: sentenceOf(events),
    events,
    run: id,
    date: startedAt.slice(0, 10),
    machine: `${machine.cpu}, ${plural(machine.cores, 'core')}, Node ${machine.node}`,
    commit: commit ?? 'none',
    control: view.control?.text,
  };
}

type ForestEvent = View['forest']['events'][number];

function eventOf({ event, rows }: ForestEvent, control: string | undefined): EventVerdict {
  const servers = rows.filter(({ name }) => name !== control);
  const [first] = servers;
  return {
    event,
    cheapest: servers.filter(({ group }) => group === 1).map(({ name }) => name),
    cost: first?.cost ?? '',
    servers: servers.map(({ name, cost, text, interval, state }) => ({
      ...{ name, cost, text, interval, state },
    })),
  };
}

/** The dearest server of an event that differs from the cheapest. */
const dearestOf = ({ servers }: EventVerdict) =>
  servers.filter(({ state }) => state === 'differs').toSorted((a, b) => timesOf(b) - timesOf(a))[0];

const timesOf = ({ text }: ServerVerdict) => Number(text.slice(1));

function sentenceOf(events: EventVerdict[]): string {
  const spread = events
    .flatMap((event) => {
      const dearest = dearestOf(event);
      return dearest ? [{ event, dearest }] : [];
    })
    .toSorted((a, b) => timesOf(b.dearest) - timesOf(a.dearest));
  const [widest] = spread;
  const narrowest = spread.at(-1);
  if (!widest || !narrowest)
    return 'No server costs more than another: no difference in any event.';
  const pairOf = ({ event, dearest }: typeof widest) =>
    `${dearest.name} over ${event.servers[0]?.name}`;
  const same = events.filter((event) => !dearestOf(event)).map(({ event }) => event);
  return [
    `In ${widest.event.event} the dearest server takes ${widest.dearest.text} ${widest.dearest.interval} the CPU time of the cheapest (${pairOf(widest)})`,
    ...(widest === narrowest
      ? []
      : [
          `, in ${narrowest.event.event} no more than ${narrowest.dearest.text} ${narrowest.dearest.interval} (${pairOf(narrowest)})`,
        ]),
    ...(same.length > 0 ? [`; no difference in ${list(same)}`] : []),
    '.',
  ].join('');
}
