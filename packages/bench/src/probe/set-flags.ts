// Runs inside a server on Node, ahead of it, by `node --import`.
import { setFlagsFromString } from 'node:v8';
import { v8Flags } from './flags.js';

for (const flag of v8Flags) setFlagsFromString(flag);
