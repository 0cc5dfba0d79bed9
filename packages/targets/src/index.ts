export { type Exit, type RunningTarget, startTarget } from './start.js';
export { findTarget, listTargets, type Target, UnknownTargetError } from './targets.js';
