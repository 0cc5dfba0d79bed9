import { judge } from './judge.js';
import type { SoakResults } from './result.js';

/** 0 where nothing grows, everything was measured, and every server lived and gave right answers alone. */
export function exitCodeOf(results: SoakResults): 0 | 1 {
  const isGood =
    !results.interrupted &&
    judge(results).every(({ verdict }) => verdict !== 'grows' && verdict !== 'not measured') &&
    results.servers.every(({ answers: { wrong, dropped }, died }) => !wrong && !dropped && !died);
  return isGood ? 0 : 1;
}
