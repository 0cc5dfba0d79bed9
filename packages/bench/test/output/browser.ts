import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** How long a page may take for what it is told, in ms: on a busy machine it is late, and still right. */
const PATIENCE = 300_000;

/** A real browser: one that this machine has, or playwright's own, which `npm test` installs. @throws without */
export async function launchBrowser(): Promise<Browser> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = programs
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .concat(chromium.executablePath())
    .find((file) => existsSync(file));
  if (!found) {
    throw new Error(
      `Pages are tested in a real browser, and none of ${programs.join(', ')} is on the PATH. On Debian: apt-get install chromium`,
    );
  }
  const browser = await chromium.launch({
    executablePath: found,
    args: ['--no-sandbox'],
    timeout: PATIENCE,
  });
  const { newContext } = browser;
  browser.newContext = async (options) => {
    const context = await newContext.call(browser, options);
    context.setDefaultTimeout(PATIENCE);
    return context;
  };
  return browser;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/**
 * What axe finds on a page: a line each.
 *
 * @param rules that are off by default, as those of WCAG 2.2
 */
export async function findFaults(page: Page, rules: string[] = []): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run({
      rules: Object.fromEntries(rules.map((rule) => [rule, { enabled: true }])),
      // Neither what passes nor where: naming thousands of nodes takes most of the time.
      resultTypes: ['violations'],
      selectors: false,
    });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, rules);
}
