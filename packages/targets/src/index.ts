export { attachTarget } from './attach.js';
export { endAll } from './end-all.js';
export { askGit, describeCommit, gitCommand, withoutGit } from './git.js';
export { endWithUs } from './reaper.js';
export type { Exit, RunningTarget, StartedTarget } from './running.js';
export { startTarget } from './start.js';
export {
  findTarget,
  listTargets,
  type Readiness,
  type Target,
  UnknownTargetError,
  type UrlTarget,
} from './targets.js';
