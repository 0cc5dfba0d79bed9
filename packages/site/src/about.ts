import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository.js';

/** What the repository says that it is. */
export const description: string = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
).description;
