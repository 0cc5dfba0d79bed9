export type { DatabaseState } from './case.js';
export { cases } from './cases/index.js';
export { crossCheck, type Difference } from './cross-check.js';
export { type Answer, expectAnswer, expectWorlds, json, problem, Violation } from './expect.js';
export { Connection } from './http/connection.js';
export { header, type Response, takeResponse } from './http/response.js';
export { normalise } from './normalise.js';
export { type Report, type Result, runSuite, type SuiteOptions } from './suite.js';
