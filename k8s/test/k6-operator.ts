import type { Job, PodSpec, Runner, TestRun } from './kubernetes.js';

/**
 * The jobs that the k6 operator 1.6 makes of a TestRun whose script is a `localFile`, as far as the
 * TestRun decides what is in them: one that looks the script through, the runners, and one that starts
 * the runners.
 */
export function jobsOf({ metadata: { name, namespace }, spec }: TestRun): Job[] {
  const { parallelism, script, args, runner, starter } = spec;
  const { env, resources, volumes, volumeMounts } = runner;
  const runs = { resources, volumeMounts, env, ports: [{ containerPort: 6565 }] };

  const file = script.localFile;
  const archive = `/tmp/${file.split('/').at(-1)}.archived.tar`;
  const variables = env?.flatMap(({ name }) => ['-e', `${name}=$(${name})`]) ?? [];
  const looked = ['k6', 'archive', file, ...variables, '-O', archive];

  const share = (index: number) =>
    index % parallelism === 0 ? index / parallelism : `${index}/${parallelism}`;
  const shares = Array.from({ length: parallelism + 1 }, (_, index) => share(index));
  const probe = { httpGet: { path: '/v1/status', port: 6565 } };

  return [
    job('initializer', runner, { ...runs, command: looked }, { volumes }),
    ...Array.from({ length: parallelism }, (_, index) => {
      const segment = `--execution-segment=${shares[index]}:${shares[index + 1]}`;
      const sequence = `--execution-segment-sequence=${shares}`;
      const command = ['k6', 'run', '--quiet', segment, sequence, ...args, file, '--paused'];
      const probes = { livenessProbe: probe, readinessProbe: probe };
      return job(String(index + 1), runner, { ...runs, ...probes, command }, { volumes });
    }),
    job('starter', starter, { command: ['sh', '-c', 'curl'] }, {}),
  ];

  function job(
    suffix: string,
    { image, automountServiceAccountToken, affinity, ...contexts }: Runner,
    container: object,
    pod: Partial<PodSpec>,
  ): Job {
    const labels = { app: 'k6', k6_cr: name };
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: `${name}-${suffix}`, ...(namespace && { namespace }), labels },
      spec: {
        backoffLimit: 0,
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: automountServiceAccountToken === 'true',
            restartPolicy: 'Never',
            affinity,
            securityContext: contexts.securityContext,
            containers: [
              {
                name: 'k6',
                image,
                securityContext: contexts.containerSecurityContext,
                ...container,
              },
            ],
            ...pod,
          },
        },
      },
    };
  }
}
