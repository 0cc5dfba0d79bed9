import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { targetsUnderTest } from '../src/index.js';

const path = (relative: string) => fileURLToPath(new URL(`../../../${relative}`, import.meta.url));
const read = (relative: string) => readFileSync(path(relative), 'utf8');

// `npm run add` writes these. Here nothing has to be installed for it; the tests of Docker and Kubernetes look closer.
test.each(targetsUnderTest())(
  '$name is built, has a profile, an overlay, and a row in the README',
  ({ name, place }) => {
    const app = `apps/${place?.app}`;
    expect(parse(read('tsconfig.json')).references).toContainEqual({ path: app });
    // `!reset` is Compose's own.
    const { services } = parse(read('docker/compose.yaml'), { merge: true, logLevel: 'error' });
    expect(services[name]?.profiles).toEqual([name]);
    expect(existsSync(path(`k8s/overlays/${name}/kustomization.yaml`))).toBe(true);
    expect(read('README.md')).toMatch(
      new RegExp(`^\\| \`${name}\` .*\\| \\[${app}\\]\\(${app}\\) +\\|$`, 'm'),
    );
  },
);
