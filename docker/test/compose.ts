import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of compose.yaml. */
export const folder = fileURLToPath(new URL('..', import.meta.url));

/** Variables of a shell. */
export type Environment = Record<string, string>;

/** What `.env` says of every setting. */
export const settings: Environment = Object.fromEntries(
  [...readFileSync(join(folder, '.env'), 'utf8').matchAll(/^(\w+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value],
  ),
);

/** How a command ended and what it printed. */
export interface Done {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs `docker ARGS`, as a shell of its own does: no setting of this process, or of another command,
 * reaches it. A command that fails is a result, not an error.
 *
 * @param env what stands before the command
 */
export function docker(args: string[], env: Environment = {}): Promise<Done> {
  const others = Object.entries(process.env).filter(([name]) => !(name in settings));
  return new Promise((resolve, reject) => {
    execFile(
      'docker',
      args,
      {
        cwd: folder,
        env: { ...Object.fromEntries(others), ...env },
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error && typeof error.code === 'string') reject(error);
        else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      },
    );
  });
}

/** Compose in a project of its own. */
export class Compose {
  /** Its containers are named `<project>-<service>-1`. */
  readonly project: string;
  readonly #env: Environment;
  readonly #files: string[];

  constructor(project: string, files = ['compose.yaml'], env: Environment = {}) {
    this.project = project;
    this.#files = files;
    this.#env = env;
  }

  /** The same project, with variables before the command: `compose.with({ PORT: '3001' }).run(...)`. */
  with(env: Environment): Compose {
    return new Compose(this.project, this.#files, env);
  }

  /** Runs `docker compose ARGS`, whether it succeeds or not. */
  try(profiles: string[], ...args: string[]): Promise<Done> {
    return docker(
      [
        ...['compose', '--progress', 'quiet', '-p', this.project],
        ...this.#files.flatMap((file) => ['-f', file]),
        ...profiles.flatMap((profile) => ['--profile', profile]),
        ...args,
      ],
      this.#env,
    );
  }

  /**
   * Runs `docker compose ARGS`.
   *
   * @returns what it printed to stdout
   * @throws {Error} where it fails: with the command, what it printed, and the state and log of every container
   */
  async run(profiles: string[], ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.try(profiles, ...args);
    if (code === 0) return stdout;
    const command = [...profiles.map((profile) => `--profile ${profile}`), ...args].join(' ');
    throw new Error(
      `docker compose ${command}: exit code ${code}\n${stdout}${stderr}${await this.#state()}`,
    );
  }

  /** Starts a server and all that it needs, and waits until it is healthy. */
  up(target: string, ...args: string[]): Promise<string> {
    return this.run([target], 'up', '--detach', '--wait', ...args);
  }

  /** Runs a shell command in the container of a service, as the user that its processes run as. */
  shell(service: string, command: string): Promise<Done> {
    const user = service === 'postgres' ? ['--user', 'postgres'] : [];
    return docker(['exec', ...user, this.container(service), 'sh', '-c', command]);
  }

  /** The name of the container of a service. */
  container(service: string): string {
    return `${this.project}-${service}-1`;
  }

  /** What the engine knows of the container of a service, by a Go template. */
  async inspect(service: string, format: string): Promise<string> {
    const { stdout } = await docker(['inspect', '-f', format, this.container(service)]);
    return stdout.trim();
  }

  /** Takes everything down, whatever its profile, the data included. */
  async down(): Promise<void> {
    // `down` leaves what `run` has started.
    const labels = [`project=${this.project}`, 'oneoff=True'];
    const filters = labels.flatMap((label) => ['--filter', `label=com.docker.compose.${label}`]);
    const runs = (await docker(['ps', '--all', '--quiet', ...filters])).stdout.split('\n');
    await docker(['rm', '--force', ...runs.filter(Boolean)]);
    const args = ['compose', '--progress', 'quiet', '-p', this.project, 'down', '-v'];
    const { code, stderr } = await docker([...args, '--timeout', '1']);
    if (code !== 0) throw new Error(`docker ${args.join(' ')}: exit code ${code}\n${stderr}`);
  }

  /** The containers of the project, and what each wrote last. */
  async #state(): Promise<string> {
    const label = `label=com.docker.compose.project=${this.project}`;
    const all = ['ps', '--all', '--filter', label];
    const names = (await docker([...all, '--format', '{{.Names}}'])).stdout.trim().split('\n');
    const logs = names.filter(Boolean).map(async (name) => {
      const { stdout, stderr } = await docker(['logs', '--tail', '20', name]);
      return `--- ${name}\n${stdout}${stderr}`;
    });
    const list = await docker([...all, '--format', 'table {{.Names}}\t{{.Status}}']);
    return `\n${list.stdout}${(await Promise.all(logs)).join('')}`;
  }
}

/** A port that nobody listens to at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
