export { clampCount } from './count.js';
export {
  countRange,
  maxBodyBytes,
  type Message,
  operations,
  type Problem,
  problems,
  schemas,
  type User,
  type World,
  type Worlds,
} from './generated.js';
export { type KnownProblem, PROBLEM_TYPE, problemFor } from './problem.js';
