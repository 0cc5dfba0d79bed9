export { type Agents, startAgents } from './agents.js';
export { ask, askAll, describe, type Outcome } from './ask.js';
export {
  type Behaviour,
  type Ended,
  type HostileClient,
  idle,
  impatient,
  neverReads,
  openClient,
  openClients,
  silent,
  slowBody,
  slowHeaders,
  stalledBody,
  stalledHeaders,
  vanishing,
} from './clients.js';
export { type Command, causeOf } from './command.js';
export { type Event, events, judge, otherEvents, readingEvents, type Verdict } from './events.js';
export { type FloodOptions, type FloodTally, flood } from './flood.js';
export {
  type HostileBytes,
  malformed,
  oversized,
  smuggling,
  trailers,
  unusual,
} from './hostile-bytes.js';
export { type Load, type LoadOptions, type LoadOutcome, startLoad } from './load.js';
export { describeReaction, provoke, type Reaction } from './provoke.js';
export { type FaultyProxy, type ProxyToxics, startProxy, type Toxics } from './proxy.js';
export { type Rule, rules } from './rules.js';
