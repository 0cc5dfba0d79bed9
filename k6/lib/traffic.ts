import exec from 'k6/execution';
import db from '../db.ts';
import json from '../json.ts';
import jsonBody from '../jsonBody.ts';
import params from '../params.ts';
import plaintext from '../plaintext.ts';
import queries from '../queries.ts';
import template from '../template.ts';
import { type Operation, operationOf } from './mix.ts';

/** What the scripts of the events send, and how they check the answer. */
const events: Record<Operation, () => void> = {
  plaintext,
  json,
  params,
  template,
  db,
  queries,
  jsonBody,
};

/** Sends the next request of the mix; its metrics carry the tag `operation`. */
export function sendMix(): void {
  const operation = operationOf(exec.scenario.iterationInTest);
  exec.vu.metrics.tags.operation = operation;
  events[operation]();
}

/**
 * What sends a request of what `EVENT` names, one operationId or `mix`; ends the test with one line where
 * it names anything else.
 */
export function traffic(otherwise: Operation | 'mix'): () => void {
  const all: Record<string, () => void> = { ...events, mix: sendMix };
  const name = __ENV.EVENT || otherwise;
  const send = all[name];
  if (!send) {
    exec.test.abort(`EVENT must be one of ${Object.keys(all).join(', ')}, not "${name}"`);
  }
  return send as () => void;
}

/** Seconds since the load began. */
export function elapsed(): number {
  return (Date.now() - exec.scenario.startTime) / 1000;
}
