import { findK6 } from '../src/k6/find.js';

/** The k6 that the tests run, which is never a reason to skip them. */
export async function k6Path(): Promise<string> {
  const found = await findK6();
  if (!found) throw new Error('there is no k6: `npm test` installs it');
  return found.path;
}
