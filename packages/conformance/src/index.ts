export type { DatabaseState } from './case.js';
export { cases } from './cases/index.js';
export { crossCheck, type Difference } from './cross-check.js';
export { type Report, type Result, runSuite, type SuiteOptions } from './suite.js';
