import type { Load, Usage } from './result.js';

/**
 * Above that share of its cores' time a generator may be what is measured: it is, unless the server itself
 * has no time left.
 */
const GENERATOR_LIMIT = 0.8;
export const SERVER_FULL = 0.9;
/** A server that used less of its time was not saturated, whoever was to blame: it waited more than it worked. */
const SERVER_IDLE = 0.5;
/** A rate was reached where so much of it was. */
const RATE_REACHED = 0.99;
/** The machine was there where no more of its time was taken away. */
const STOLEN_LIMIT = 0.05;

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

/** What was seen of requests that failed, in words. */
export function describeFailures({ errors, seen = [] }: Pick<Load, 'errors' | 'seen'>): string {
  return seen.length > 0 ? seen.join(', ') : `${errors} requests failed or had a wrong answer`;
}

/**
 * Who had the time that a server did not use, in words: as far as it is known.
 *
 * @param usage shares of the cores' time, from 0 to 1
 */
export function describeSaturation({
  serverBusy,
  generatorBusy,
  othersBusy,
}: Pick<Usage, 'generatorBusy'> & { serverBusy: number; othersBusy: number | null }): string {
  const used = `the server used ${percent(serverBusy)} of its time, the generator ${percent(generatorBusy)}`;
  if (othersBusy === null) return used;
  const left = 1 - serverBusy;
  const rest =
    othersBusy > left / 2
      ? `something else used ${percent(othersBusy)} of the server's cores`
      : 'most of the rest was idle: both waited';
  return `${used}; ${rest}`;
}

/** Why a load says nothing about the server, or null. */
export function findFault({ load, usage }: { load: Load; usage: Usage }): string | null {
  const { requests, errors, dropped, rate, seconds } = load;
  // Generators count answers, or requests: failures can outnumber the former.
  if (errors > 0) return `${describeFailures(load)}; ${requests} requests were counted`;
  if (requests <= 0 || usage.requests <= 0) return 'not one request was answered';
  if (dropped > 0) return `${dropped} iterations were dropped: they were not begun in time`;
  // The first and the last request may fall outside of the time that is counted.
  if (rate !== null && requests + 1 < rate * seconds * RATE_REACHED) {
    return `${(requests / seconds).toFixed(0)} requests/s were reached of ${rate} asked for`;
  }
  const { generatorBusy, serverBusy } = usage;
  if (generatorBusy > GENERATOR_LIMIT && (serverBusy === null || serverBusy < SERVER_FULL)) {
    const server = serverBusy === null ? '' : `, the server ${percent(serverBusy)}`;
    return `the generator is the limit: it used ${percent(generatorBusy)} of its time${server}`;
  }
  if (usage.stolen !== null && usage.stolen > STOLEN_LIMIT) {
    return `the machine was taken away: ${percent(usage.stolen)} of its time (steal)`;
  }
  if (usage.throttled > usage.seconds * 1000 * STOLEN_LIMIT) {
    return `the machine was taken away: throttled for ${usage.throttled.toFixed(0)} ms`;
  }
  return null;
}

/** Why a load that was to saturate a server did not, or null; what is elsewhere is not judged. */
export function findSlack({ usage }: { usage: Usage }): string | null {
  const { serverBusy } = usage;
  if (serverBusy === null || serverBusy >= SERVER_IDLE) return null;
  return `the server was not saturated: ${describeSaturation({ ...usage, serverBusy })}`;
}
