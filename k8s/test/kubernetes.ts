/** The parts of manifests that the tests read. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
}

export interface Namespace extends Manifest {
  kind: 'Namespace';
}

export interface ConfigMap extends Manifest {
  kind: 'ConfigMap';
  data: Record<string, string>;
}

export interface Service extends Manifest {
  kind: 'Service';
  spec: { selector: Labels; ports: { port: number; targetPort: string }[] };
}

export interface Deployment extends Manifest {
  kind: 'Deployment';
  spec: { replicas?: number; selector: { matchLabels: Labels }; template: PodTemplate };
}

export interface Job extends Manifest {
  kind: 'Job';
  spec: { backoffLimit: number; template: PodTemplate };
}

export interface HorizontalPodAutoscaler extends Manifest {
  kind: 'HorizontalPodAutoscaler';
  spec: {
    scaleTargetRef: { apiVersion: string; kind: string; name: string };
    maxReplicas: number;
    metrics: { containerResource: { container: string; target: { averageValue: string } } }[];
  };
}

export interface PodDisruptionBudget extends Manifest {
  kind: 'PodDisruptionBudget';
  spec: { selector: { matchLabels: Labels } };
}

/** CloudNativePG's. */
export interface Cluster extends Manifest {
  kind: 'Cluster';
  spec: {
    imageName: string;
    postgresql: { parameters: Record<string, string> };
    resources: Resources;
  };
}

/** The k6 operator's. */
export interface TestRun extends Manifest {
  kind: 'TestRun';
  spec: { parallelism: number; script: { localFile: string }; args: string[] } & {
    runner: Runner &
      Pick<Container, 'env' | 'resources' | 'volumeMounts'> &
      Pick<PodSpec, 'volumes'>;
    starter: Runner;
  };
}

export interface Runner {
  image: string;
  automountServiceAccountToken: string;
  affinity?: object;
  securityContext: PodSpec['securityContext'];
  containerSecurityContext: Container['securityContext'];
}

export interface PodTemplate {
  metadata: { labels: Labels };
  spec: PodSpec;
}

export interface PodSpec {
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds?: number;
  restartPolicy?: string;
  affinity?: object | undefined;
  securityContext: {
    runAsNonRoot: boolean;
    runAsUser: number;
    seccompProfile: { type: string };
  };
  initContainers?: Container[];
  containers: [Container, ...Container[]];
  volumes?: Volume[] | undefined;
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  env?: EnvVar[];
  ports?: { name?: string; containerPort: number }[];
  resources?: Resources;
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  lifecycle?: { preStop: { sleep: { seconds: number } } };
  securityContext: {
    allowPrivilegeEscalation: boolean;
    capabilities: { drop: string[] };
    readOnlyRootFilesystem: boolean;
  };
  volumeMounts?: { name: string; mountPath: string }[];
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}

export interface Volume {
  name: string;
  emptyDir?: object;
  projected?: {
    sources: { configMap: { name: string; items?: { key: string; path: string }[] } }[];
  };
}

export interface Probe {
  httpGet: { path: string; port: string | number };
}

export interface Resources {
  requests: { cpu: string; memory: string };
  limits: { cpu: string; memory: string };
}

type Labels = Record<string, string>;

/** The number that a quantity stands for: CPUs or bytes, as Kubernetes or as Compose writes them. */
export function quantity(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(m|Mi|Gi|g)?$/.exec(text) ?? [];
  const factors: Record<string, number> = { '': 1, m: 1e-3, Mi: 2 ** 20, Gi: 2 ** 30, g: 2 ** 30 };
  const factor = factors[unit];
  if (number === undefined || factor === undefined) throw new Error(`"${text}" is no quantity`);
  return Number(number) * factor;
}
