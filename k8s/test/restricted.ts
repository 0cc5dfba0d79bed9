import { expect } from 'vitest';
import type { PodSpec } from './kubernetes.js';

/** Expects the pod to keep the restricted profile, and to be able to write to /tmp only. */
export function expectRestricted(pod: PodSpec): void {
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: expect.toSatisfy((user: number) => user > 0),
      seccompProfile: { type: 'RuntimeDefault' },
    },
  });
  for (const volume of pod.volumes ?? []) {
    expect(['emptyDir', 'projected']).toContain(Object.keys(volume).find((key) => key !== 'name'));
  }
  const writable = pod.volumes?.filter(({ emptyDir }) => emptyDir).map(({ name }) => name) ?? [];
  for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
    const mounts = container.volumeMounts?.filter(({ name }) => writable.includes(name)) ?? [];
    expect(mounts.filter(({ mountPath }) => mountPath !== '/tmp')).toEqual([]);
  }
}
