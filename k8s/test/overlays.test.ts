import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { listTargets } from '@heptathlon/targets';
import { Cluster as OfficialCluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Cluster,
  type Deployment,
  type HorizontalPodAutoscaler,
  type Manifest,
  type PodDisruptionBudget,
  quantity,
  type Service,
} from './kubernetes.js';
import { expectRestricted } from './restricted.js';
import { build, faults, folder } from './tools.js';

const targets = listTargets().map(({ name }) => name);
const read = (file: string) => readFileSync(join(folder, '..', file), 'utf8');

test('each target has an overlay, and there is none without a target', () => {
  expect(readdirSync(join(folder, 'overlays')).sort()).toEqual(targets.sort());
});

describe.each(targets)('overlay %s', (target) => {
  let manifests: Manifest[];
  let server: Deployment;
  beforeAll(() => {
    manifests = build(`overlays/${target}`);
    server = find(manifests, 'Deployment');
  });

  test('is what Kubernetes and the operators understand', () => {
    expect(faults(manifests)).toEqual([]);
  });

  test('differs from the other overlays in the name only', () => {
    const other = targets.find((name) => name !== target) as string;
    const [container] = server.spec.template.spec.containers;
    expect(container.image).toBe(`heptathlon/${target}`);
    expect(server.spec.template.metadata.labels['heptathlon.target']).toBe(target);

    container.image = `heptathlon/${other}`;
    server.spec.template.metadata.labels['heptathlon.target'] = other;
    expect(manifests).toEqual(build(`overlays/${other}`));
  });
});

describe('every overlay', () => {
  const manifests = build(`overlays/${targets[0]}`);
  const namespace = find(manifests, 'Namespace');
  const postgres = find<Cluster>(manifests, 'Cluster');
  const service = find<Service>(manifests, 'Service');
  const server = find<Deployment>(manifests, 'Deployment');
  const scaler = find<HorizontalPodAutoscaler>(manifests, 'HorizontalPodAutoscaler');
  const pod = server.spec.template.spec;
  const [container] = pod.containers;

  test('is in one namespace, which admits restricted pods only', () => {
    expect(namespace.metadata.labels).toEqual({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    const others = manifests.filter(({ kind }) => kind !== 'Namespace');
    expect(new Set(others.map(({ metadata }) => metadata.namespace))).toEqual(
      new Set([namespace.metadata.name]),
    );
  });

  test("keeps CloudNativePG's own schema", () => {
    const validate = (cluster: object) =>
      new OfficialCluster(cluster as ConstructorParameters<typeof OfficialCluster>[0]).validate();
    expect(() => validate(postgres)).not.toThrow();
    expect(() => validate({ ...postgres, spec: { ...postgres.spec, instances: 'one' } })).toThrow(
      'instances',
    );
  });

  test('keeps the restricted profile', () => {
    expectRestricted(pod);
  });

  test('has the resources and settings of docker/.env', () => {
    const env = parseEnv(read('docker/.env'));
    const figures = ({ cpu, memory }: { cpu: string; memory: string }) =>
      [cpu, memory].map(quantity);
    const limitsOf = (name: string) =>
      [env[`${name}_CPUS`], env[`${name}_MEMORY`]].map((text) => quantity(text ?? ''));
    for (const [{ resources }, limits] of [
      [container, limitsOf('SERVER')],
      [postgres.spec, limitsOf('POSTGRES')],
    ] as const) {
      expect(resources && figures(resources.limits)).toEqual(limits);
      expect(resources && figures(resources.requests)).toEqual(limits);
    }
    for (const name of [
      ...['WORKERS', 'POOL_SIZE', 'QUERY_TIMEOUT', 'QUEUE_SIZE', 'LOG_LEVEL'],
      ...['HEADERS_TIMEOUT', 'REQUEST_TIMEOUT', 'KEEP_ALIVE_TIMEOUT'],
    ]) {
      expect(container.env).toContainEqual({ name, value: env[name] });
    }
  });

  test('runs the PostgreSQL of docker/compose.yaml', () => {
    const [, version] = /image: postgres:([\d.]+)/.exec(read('docker/compose.yaml')) ?? [];
    expect(/postgresql:([\d.]+)/.exec(postgres.spec.imageName)?.[1]).toBe(version);
  });

  test('asks the API itself whether it lives and is ready', () => {
    const at = (path: string) => ({ httpGet: { path, port: 'http' } });
    expect(container).toMatchObject({
      startupProbe: at('/plaintext'),
      livenessProbe: at('/plaintext'),
      readinessProbe: at('/db'),
    });
  });

  test('is given the database that CloudNativePG makes, and prepares it first', () => {
    const url = {
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: `${postgres.metadata.name}-app`, key: 'uri' } },
    };
    expect(container.env).toContainEqual(url);
    expect(pod.initContainers).toMatchObject([{ image: 'heptathlon/seed', env: [url] }]);
  });

  test('has selectors that find the server', () => {
    const labels = server.spec.template.metadata.labels;
    const budget = find<PodDisruptionBudget>(manifests, 'PodDisruptionBudget');
    for (const selector of [
      server.spec.selector.matchLabels,
      budget.spec.selector.matchLabels,
      service.spec.selector,
    ]) {
      expect(labels).toMatchObject(selector);
    }
    expect(service.spec.ports).toMatchObject([{ port: 3000, targetPort: 'http' }]);
    expect(container.ports).toEqual([{ name: 'http', containerPort: 3000 }]);
  });

  test('scales the server, at a use of CPU that its workers can reach', () => {
    expect(server.spec).not.toHaveProperty('replicas');
    expect(scaler.spec.scaleTargetRef).toEqual({
      apiVersion: server.apiVersion,
      kind: server.kind,
      name: server.metadata.name,
    });
    for (const { containerResource } of scaler.spec.metrics) {
      expect(containerResource.container).toBe(container.name);
      expect(quantity(containerResource.target.averageValue)).toBeLessThan(setting('WORKERS'));
    }
  });

  test('leaves connections to the operator when all servers have theirs', () => {
    const each = setting('WORKERS') * setting('POOL_SIZE') + 1;
    const available = Number(postgres.spec.postgresql.parameters.max_connections);
    expect(scaler.spec.maxReplicas * each).toBeLessThanOrEqual(available - 20);
  });

  test('lets requests in flight finish: 10 s, after new ones have stopped', () => {
    const wait = container.lifecycle?.preStop.sleep.seconds ?? 0;
    expect(wait).toBeGreaterThan(0);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(wait + 10);
  });

  test.each([
    ['Deployment', ['spec', 'template', 'spec', 'containers', 0, 'livenesProbe']],
    ['HorizontalPodAutoscaler', ['spec', 'maxReplica']],
    ['Cluster', ['spec', 'postgresql', 'parameter']],
  ])('is refused with a field in its %s that is misspelt', (kind, path) => {
    const misspelt = structuredClone(find(manifests, kind));
    put(misspelt, path);
    expect(faults([misspelt])).toEqual([expect.stringContaining(String(path.at(-1)))]);
  });

  function setting(name: string): number {
    return Number(container.env?.find((variable) => variable.name === name)?.value);
  }
});

function find<T extends Manifest>(manifests: Manifest[], kind: string): T {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as T;
}

function put(object: object, path: (string | number)[]): void {
  const parent = path
    .slice(0, -1)
    .reduce((at, key) => (at as Record<string, object>)[key] as object, object);
  Object.assign(parent, { [path.at(-1) as string]: {} });
}
