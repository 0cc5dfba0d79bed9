// For other suites: requests and responses to the byte, and what an answer has to be.

export { message, plaintext } from './cases/constants.js';
export { expectPage } from './cases/page.js';
export {
  type Answer,
  expectAnswer,
  expectWorld,
  expectWorlds,
  json,
  problem,
  Violation,
} from './expect.js';
export { Connection } from './http/connection.js';
export { get, postJson, type Request, type RequestOptions, request } from './http/request.js';
export { header, type Response, takeResponse } from './http/response.js';
