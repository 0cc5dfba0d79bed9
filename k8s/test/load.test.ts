import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jobsOf } from './k6-operator.js';
import type { ConfigMap, Job, Manifest, TestRun } from './kubernetes.js';
import { expectRestricted } from './restricted.js';
import { build, faults, folder } from './tools.js';

const root = join(folder, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

let manifests: Manifest[];
let testRun: TestRun;
let jobs: Job[];
beforeAll(() => {
  manifests = build('load');
  testRun = manifests.find(({ kind }) => kind === 'TestRun') as TestRun;
  jobs = jobsOf(testRun);
});

describe('load', () => {
  test('is what Kubernetes and the k6 operator understand, and so are the jobs that it makes', () => {
    expect(jobs).toHaveLength(testRun.spec.parallelism + 2);
    expect(faults([...manifests, ...jobs])).toEqual([]);
  });

  test('is refused with a field that is misspelt, in the TestRun or in what it hands on', () => {
    const misspelt = structuredClone(testRun);
    Object.assign(misspelt.spec, { parallelisms: 4 });
    expect(faults([misspelt])).toEqual([expect.stringContaining('parallelisms')]);

    const handedOn = structuredClone(testRun);
    Object.assign(handedOn.spec.runner.securityContext, { runAsNonRoots: true });
    expect(faults(jobsOf(handedOn)).join()).toContain('runAsNonRoots');
  });

  test('keeps the restricted profile in every pod', () => {
    for (const job of jobs) expectRestricted(job.spec.template.spec);
  });

  test('is beside the server', () => {
    const { namespace } = parse(read('k8s/base/kustomization.yaml'));
    expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(
      new Set([namespace]),
    );
    expect(testRun.spec.runner.env).toContainEqual({
      name: 'BASE_URL',
      value: 'http://server:3000',
    });
  });

  test('mounts the very scripts of k6/, all of them, in the same folders', () => {
    const files = globSync(['*.ts', 'lib/*.ts'], { cwd: join(root, 'k6') });
    expect(mounted('/k6')).toEqual(
      Object.fromEntries(files.map((file) => [file, read(`k6/${file}`)])),
    );
    expect(files.map((file) => `/k6/${file}`)).toContain(testRun.spec.script.localFile);
  });

  test('tells each generator to print a result that can be merged', () => {
    expect(testRun.spec.runner.env).toContainEqual({ name: 'MERGE', value: 'true' });
  });

  test('has a virtual user for each generator', () => {
    const vus = testRun.spec.runner.env?.find(({ name }) => name === 'VUS')?.value;
    expect(Number(vus)).toBeGreaterThanOrEqual(testRun.spec.parallelism);
  });

  test('runs the k6 that the project is tested with', () => {
    const [, version] = /go\.k6\.io\/k6\/v2 v(\S+)/.exec(read('scripts/go/k6/go.mod')) ?? [];
    expect(testRun.spec.runner.image).toBe(`grafana/k6:${version}`);
  });
});

describe('the operators that README.md installs', () => {
  const versionOf = (crd: string): string =>
    parse(read(`k8s/test/crds/${crd}.yaml`)).metadata.labels['app.kubernetes.io/version'];

  test('are those that the manifests are validated against', () => {
    const readme = read('k8s/README.md');
    expect(readme).toContain(`/cnpg-${versionOf('clusters')}.yaml`);
    expect(readme).toContain(`/k6-operator/v${versionOf('testruns')}/bundle.yaml`);
  });

  test('start the generators with an image of the same version', () => {
    expect(testRun.spec.starter.image).toMatch(new RegExp(`:starter-v${versionOf('testruns')}$`));
  });
});

/** What a folder of a runner's pod holds: contents by path. */
function mounted(mountPath: string): Record<string, string> {
  const { volumeMounts, volumes } = testRun.spec.runner;
  const mount = volumeMounts?.find((mount) => mount.mountPath === mountPath);
  const volume = volumes?.find(({ name }) => name === mount?.name);
  return Object.fromEntries(
    (volume?.projected?.sources ?? []).flatMap(({ configMap: { name, items } }) => {
      const map = manifests.find(({ metadata }) => metadata.name === name) as ConfigMap;
      const all = Object.keys(map.data).map((key) => ({ key, path: key }));
      return (items ?? all).map(({ key, path }) => [path, map.data[key] as string]);
    }),
  );
}
