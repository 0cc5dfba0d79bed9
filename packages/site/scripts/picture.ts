// Makes the picture of the site for the README, of the site as it was built last: npm run site, then
// node packages/site/scripts/picture.ts
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const picture = path('../../../docs/site.png');
const dist = path('../dist');
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

if (!existsSync(join(dist, 'index.html'))) {
  console.error('There is no site to make a picture of: npm run site');
  process.exit(1);
}
const server = createServer(({ url = '' }, response) => {
  const { pathname } = new URL(url, 'http://localhost');
  const file = join(dist, pathname.replace(/\/$/, '/index.html'));
  if (!existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'image/svg+xml' });
  return response.end(readFileSync(file));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

const browser = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'google-chrome'].map((name) => join(folder, name)))
  .concat(chromium.executablePath())
  .find((file) => existsSync(file));
const chrome = await chromium.launch({
  ...(browser && { executablePath: browser }),
  args: ['--no-sandbox'],
});
const page = await chrome.newPage({ viewport: { width: 1200, height: 760 }, colorScheme: 'light' });
await page.goto(`http://127.0.0.1:${port}/code/validation/?apps=express,nest`);
await page.screenshot({ path: picture });
await chrome.close();
server.close();
server.closeAllConnections();
console.log(picture);
