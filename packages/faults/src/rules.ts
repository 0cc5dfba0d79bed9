/**
 * What a server has to stand, each with a test. A target that cannot names it among the `breaks` of its package.json; the
 * test then asks that it does break it.
 */
export const rules = [
  'fault.database-gone',
  'fault.database-silent',
  'fault.database-slow',
  'fault.database-full',
  'fault.database-wire',
  'fault.database-cut',
  'fault.queue',
  'fault.flood',
  'fault.errors',
  'fault.uncaught',
  'fault.slow-headers',
  'fault.slow-body',
  'fault.idle',
  'fault.slow-crowd',
  'fault.never-reads',
  'fault.defaults',
  'fault.stop-load',
  'fault.stop-slow-clients',
  'fault.stop-database',
  'fault.worker-killed',
  'fault.reload',
  'fault.smuggling',
  'fault.trailers',
  'fault.oversized',
  'fault.malformed',
  'fault.unusual',
  'fault.pollution',
] as const;

/** The name of one of them. */
export type Rule = (typeof rules)[number];
