import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from './kubernetes.js';

/** The folder of the manifests. */
export const folder = fileURLToPath(new URL('..', import.meta.url));

const kustomize = process.env.KUSTOMIZE || built('kustomize');
const kubectlValidate = process.env.KUBECTL_VALIDATE || built('kubectl-validate');
/** What the operators define; a folder with their own definitions can take its place. */
const crds = process.env.CRDS || join(folder, 'test', 'crds');

/** The oldest Kubernetes that has all that we use, `preStop.sleep` above all. */
const KUBERNETES = '1.30';

function built(name: string): string {
  const script = fileURLToPath(new URL('../../scripts/go.js', import.meta.url));
  const output = execFileSync(process.execPath, [script, name], { encoding: 'utf8' });
  return output.trim();
}

/** `kustomize build`, in a folder of k8s/. */
export function build(path: string): Manifest[] {
  const output = execFileSync(kustomize, ['build', join(folder, path)], { encoding: 'utf8' });
  return parseAllDocuments(output).map((document) => document.toJS());
}

/** What Kubernetes would refuse in these manifests, unknown fields included, in a line each. */
export function faults(manifests: object[]): string[] {
  const temporary = mkdtempSync(join(tmpdir(), 'heptathlon-k8s-'));
  try {
    const file = join(temporary, 'manifests.yaml');
    writeFileSync(file, manifests.map((manifest) => stringify(manifest)).join('---\n'));
    const statuses: { status: string; message: string }[] = JSON.parse(validate(file))[file];
    // One that was not looked at was not found right.
    if (statuses.length !== manifests.length) throw new Error('Not every manifest was validated.');
    return statuses.flatMap(({ status, message }) => (status === 'Success' ? [] : [message]));
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

function validate(file: string): string {
  try {
    return execFileSync(
      kubectlValidate,
      ['--version', KUBERNETES, '--local-crds', crds, '--output', 'json', file],
      // It would ask the cluster of whoever runs the tests first.
      { encoding: 'utf8', env: { ...process.env, KUBECONFIG: '/dev/null' }, stdio: 'pipe' },
    );
  } catch (error) {
    // Exit code 1: there are faults, and stdout tells them.
    if (error instanceof Error && 'status' in error && error.status === 1 && 'stdout' in error) {
      return String(error.stdout);
    }
    throw error;
  }
}
