export { attachTarget } from './attach.js';
export { endAll } from './end-all.js';
export { askGit, describeCommit, gitCommand, withoutGit } from './git.js';
export { endWithUs } from './reaper.js';
export type { Exit, RunningTarget, StartedTarget } from './running.js';
export { startTarget } from './start.js';
export {
  type Driver,
  driverBeside,
  findTarget,
  listTargets,
  oneOfEachRuntime,
  type Readiness,
  type Target,
  targetsToCompare,
  targetsUnderTest,
  UnknownTargetError,
  type UrlTarget,
} from './targets.js';
