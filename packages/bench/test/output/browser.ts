import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A real browser: one that this machine has, or playwright's own, which `npm test` installs. @throws without */
export function launchBrowser(): Promise<Browser> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = programs
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .concat(chromium.executablePath())
    .find((file) => existsSync(file));
  if (!found) {
    throw new Error(
      `The report is tested in a real browser, and none of ${programs.join(', ')} is on the PATH. On Debian: apt-get install chromium`,
    );
  }
  return chromium.launch({ executablePath: found, args: ['--no-sandbox'] });
}
