import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';

/** Addresses within the site, as pages write them: from its root. */
const ROOTED = /(\s(?:href|src|action|data-src)=")\/(?!\/)([^"]*)/g;

/** Makes every link in a page's HTML relative, so that the site can lie in any folder of any host. */
export function makeRelative(html: string, page: string): string {
  const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/')) : '';
  return html.replace(ROOTED, (_match, attribute: string, target: string) => {
    const [, path = '', rest = ''] = /^([^?#]*)(.*)$/.exec(target) ?? [];
    const to = relative(folder, path.replace(/\/$/, '')) || '.';
    const slash = path === '' || path.endsWith('/') ? '/' : '';
    return `${attribute}${to === '.' ? './' : `${to}${slash}`}${rest}`;
  });
}

/** Makes the links of all built pages relative. */
export function relativeLinks(): AstroIntegration {
  return {
    name: 'relative-links',
    hooks: {
      'astro:build:done': async ({ dir }) => {
        const out = fileURLToPath(dir);
        const files = await readdir(out, { recursive: true });
        await Promise.all(
          files
            .filter((file) => file.endsWith('.html'))
            .map(async (file) => {
              const html = await readFile(join(out, file), 'utf8');
              await writeFile(join(out, file), makeRelative(html, file));
            }),
        );
      },
    },
  };
}
