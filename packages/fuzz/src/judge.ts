import { expectAnswer, expectWorlds, normalise, type Response } from '@heptathlon/conformance';
import { countRange } from '@heptathlon/contract';
import { type Fuzzed, knownOf } from './known.js';
import type { Exchange, Message } from './message.js';
import { type Expected, expected } from './model.js';
import { CLOSED, type Outcome, SILENT } from './send.js';

/** How long an answer may take, in ms, unless it is told. */
export const SLOW = 1000;
/** And how much longer for each row, in ms: all servers ask one PostgreSQL, for many cases at once. */
const ROW = 5;

/** What a server did wrong. */
export type Kind = 'differs' | '5xx' | 'slow';

/** A request whose answers are not as they should be. */
export interface Finding {
  /** Which of the exchange's requests. */
  index: number;
  kinds: Kind[];
  /** The servers that are to blame, as far as can be told, each with what for. */
  blamed: { name: string; kind: Kind }[];
  /** Equal answers together, the most frequent first. */
  groups: { names: string[]; answer: string }[];
  /** What the rule book asks for, where it speaks of it and an answer is something else. */
  violation: string | undefined;
  /** The same for findings that are likely to be one. */
  signature: string;
}

/**
 * Compares the answers of several servers with each other, and with the rule book.
 *
 * @param outcomes of each server, for each request of the exchange
 * @param patience how long an answer may take, in ms; a little more for each row
 * @returns the first request that has something wrong
 */
export function judge(
  exchange: Exchange,
  outcomes: [server: Fuzzed, outcomes: Outcome[]][],
  patience = SLOW,
): Finding | undefined {
  const pick = (index: number, from: typeof outcomes) =>
    new Map(from.map(([{ name }, list]) => [name, list[index] as Outcome]));
  for (const [index, message] of exchange.messages.entries()) {
    const compared = outcomes.filter(([server]) => !knownOf(server, index, exchange));
    const finding = judgeOne(message, pick(index, outcomes), pick(index, compared), patience);
    if (finding) return { index, ...finding };
  }
  return undefined;
}

function judgeOne(
  message: Message,
  all: Map<string, Outcome>,
  compared: Map<string, Outcome>,
  patience: number,
): Omit<Finding, 'index'> | undefined {
  const model = expected(message);
  // Where the model does not tell, there may be rows.
  const rows = !model || 'rows' in model;
  const limit = patience + ROW * (!model ? countRange.maximum : 'rows' in model ? model.count : 0);
  const groups = groupAnswers(compared, message, rows);
  const wrong = model ? violations(message, model, compared) : new Map<string, string>();
  const differing =
    wrong.size > 0 ? [...wrong.keys()] : groups.slice(1).flatMap(({ names }) => names);
  const having = (kind: Kind, test: (outcome: Outcome) => boolean) =>
    [...all].filter(([, outcome]) => test(outcome)).map(([name]) => ({ name, kind }));
  const blamed = [
    ...differing.map((name) => ({ name, kind: 'differs' as const })),
    ...having('5xx', ({ answer }) => typeof answer !== 'string' && isServerError(answer.status)),
    ...having('differs', ({ answer }) => isNoHttp(answer)),
    ...having('slow', ({ answer, ms }) => ms > limit || answer === SILENT),
  ];
  if (blamed.length === 0) return undefined;
  const kinds = [...new Set(blamed.map(({ kind }) => kind))];
  const shown = differing.length > 0 ? groups : groupAnswers(all, message, rows);
  return {
    kinds,
    blamed,
    groups: shown,
    violation: wrong.values().next().value,
    signature: JSON.stringify([
      kinds,
      shown.map(({ names, answer }) => [names, answer.split('\n')[0]]),
      wrong.size > 0 && model && 'answer' in model && model.answer.status,
    ]),
  };
}

/** 501 and 505 are about the client: a method or version that there is not. */
export const isServerError = (status: number) => status >= 500 && status !== 501 && status !== 505;

/** Neither an answer, nor the end of the connection, nor silence. */
const isNoHttp = (answer: Outcome['answer']) =>
  typeof answer === 'string' && answer !== CLOSED && answer !== SILENT;

function groupAnswers(
  outcomes: Map<string, Outcome>,
  { method }: Message,
  rows: boolean,
): Finding['groups'] {
  const groups = Map.groupBy(outcomes, ([, { answer }]) =>
    typeof answer === 'string' ? answer : normalise(answer, method, rows),
  );
  return [...groups]
    .map(([answer, members]) => ({ answer, names: members.map(([name]) => name) }))
    .toSorted((a, b) => b.names.length - a.names.length);
}

/** What of the answers is not what the rule book says. */
function violations(
  message: Message,
  model: Expected,
  outcomes: Map<string, Outcome>,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, { answer }] of outcomes) {
    try {
      if (typeof answer === 'string') throw new Error(answer);
      check(message, model, answer);
    } catch (error) {
      found.set(name, error instanceof Error ? error.message : String(error));
    }
  }
  return found;
}

function check({ method }: Message, model: Expected, response: Response): void {
  if ('answer' in model) expectAnswer('rule book', response, model.answer, method === 'HEAD');
  else if (response.status !== 200) {
    throw new Error(`rule book: status: expected 200, received ${response.status}`);
  } else if (model.rows === 'queries' && method !== 'HEAD') {
    expectWorlds('rule book', response, model.count);
  }
}
