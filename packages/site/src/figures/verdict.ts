import { describeDriver, list, plural, type View } from '@heptathlon/bench';
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
  /** What is to be said next to that: `3 of 10 void`. */
  badges: string[];
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
  /** `AMD EPYC, 2 cores, Node 26.10.0, postgres 3.4.9 as published` */
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
    machine: `${machine.cpu}, ${plural(machine.cores, 'core')}, Node ${machine.node}, ${describeDriver(results)}`,
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
    servers: servers.map(({ name, cost, badges, text, interval, state }) => ({
      ...{ name, cost, badges, text, interval, state },
    })),
  };
}

/** The most expensive server of an event that differs from the cheapest; undefined where none does. */
export const dearestOf = ({ servers }: EventVerdict) =>
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
  const marked = ({ name, badges }: ServerVerdict) =>
    badges.length > 0 ? `${name} (${list(badges)})` : name;
  const pairOf = ({ event, dearest }: typeof widest) =>
    `In ${event.event}, ${marked(dearest)} takes ${dearest.text} ${dearest.interval} the CPU time of ${event.servers[0] ? marked(event.servers[0]) : ''}`;
  const same = events.filter((event) => !dearestOf(event)).map(({ event }) => event);
  // A ratio a sentence: each is over a baseline of its own.
  return [
    `${pairOf(widest)}: nowhere is the difference wider.`,
    ...(widest === narrowest ? [] : [`${pairOf(narrowest)}: nowhere is it narrower.`]),
    ...(same.length > 0 ? [`No difference in ${list(same)}.`] : []),
  ].join(' ');
}
