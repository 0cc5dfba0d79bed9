import { judge } from './judge.js';
import type { SoakResults } from './result.js';

/**
 * 0 where nothing rises, and every server lived and gave right answers alone; 3 where all is well, but of something it
 * cannot be told whether it rises; else 1. Who asks whether a server leaks shall not take "cannot tell" for "no".
 */
export function exitCodeOf(results: SoakResults): 0 | 1 | 3 {
  const verdicts = new Set(judge(results).map(({ verdict }) => verdict));
  const isBad =
    results.interrupted ||
    verdicts.has('rising') ||
    verdicts.has('not measured') ||
    results.servers.some(({ answers: { wrong, dropped }, died }) => wrong || dropped || died);
  if (isBad) return 1;
  return verdicts.has('cannot tell') ? 3 : 0;
}
