// Tells what is missing before the Docker tests begin. Part of the set-up, hence plain JavaScript.
import { spawnSync } from 'node:child_process';

const needs = [
  ['the Docker engine', ['info', '--format', '{{.ServerVersion}}']],
  ['Docker Compose', ['compose', 'version', '--short']],
  ['Docker Buildx', ['buildx', 'version']],
];

for (const [what, args] of needs) {
  const { status, stderr, error } = spawnSync('docker', args, { encoding: 'utf8' });
  if (status === 0) continue;
  const cause = error ? error.message : stderr.trim().split('\n')[0];
  console.error(
    `The Docker tests need ${what}, and it does not answer (${cause}). Nothing was tested. See https://docs.docker.com/engine/install/`,
  );
  process.exit(1);
}
