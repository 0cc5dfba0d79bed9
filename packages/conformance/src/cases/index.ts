import type { Case } from '../case.js';
import { bodies } from './bodies.js';
import { connections } from './connections.js';
import { constants } from './constants.js';
import { database } from './database.js';
import { http } from './http.js';
import { paths } from './paths.js';
import { reads } from './reads.js';
import { rows } from './rows.js';

/** Every rule. `reads` stand first: the statistics that they look at count what all others do. */
export const cases: Case[] = [
  ...reads,
  ...constants,
  ...paths,
  ...bodies,
  ...rows,
  ...connections,
  ...http,
  ...database,
];
