import type { Load, Usage } from './result.js';

/**
 * Above that share of its cores' time a generator may be what is measured: it is, unless the server itself
 * has no time left.
 */
const GENERATOR_LIMIT = 0.8;
const SERVER_FULL = 0.9;
/** A rate was reached where so much of it was. */
const RATE_REACHED = 0.99;
/** The machine was there where no more of its time was taken away. */
const STOLEN_LIMIT = 0.05;

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

/** Why a load says nothing about the server, or null. */
export function findFault({ load, usage }: { load: Load; usage: Usage }): string | null {
  const { requests, errors, dropped, rate, seconds } = load;
  // Generators count answers, or requests: failures can outnumber the former.
  if (errors > 0) {
    return `${errors} requests failed or had a wrong answer, ${requests} were counted`;
  }
  if (requests === 0 || usage.requests <= 0) return 'not one request was answered';
  if (dropped > 0) return `${dropped} iterations were dropped: they were not begun in time`;
  // The first and the last request may fall outside of the time that is counted.
  if (rate !== null && requests + 1 < rate * seconds * RATE_REACHED) {
    return `${(requests / seconds).toFixed(0)} requests/s were reached of ${rate} asked for`;
  }
  const { generatorBusy, serverBusy } = usage;
  if (generatorBusy > GENERATOR_LIMIT && (serverBusy ?? 0) < SERVER_FULL) {
    const server = serverBusy === null ? '' : `, the server ${percent(serverBusy)}`;
    return `the generator is the limit: it used ${percent(generatorBusy)} of its time${server}`;
  }
  if (usage.stolen > STOLEN_LIMIT) {
    return `the machine was taken away: ${percent(usage.stolen)} of its time (steal)`;
  }
  if (usage.throttled > usage.seconds * 1000 * STOLEN_LIMIT) {
    return `the machine was taken away: throttled for ${usage.throttled.toFixed(0)} ms`;
  }
  return null;
}
