export { clampCount } from './count.js';
export {
  countRange,
  type JsonBody,
  type Message,
  maxBodyBytes,
  operations,
  type Problem,
  problems,
  schemas,
  type User,
  type World,
  type Worlds,
} from './generated.js';
export { JSON_TYPE } from './json-type.js';
export { type KnownProblem, PROBLEM_TYPE, problemFor } from './problem.js';
