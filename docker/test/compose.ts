import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The folder of compose.yaml. */
export const folder = fileURLToPath(new URL('..', import.meta.url));

/** How a command ended and what it printed. */
export interface Done {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `docker ARGS`; a command that fails is a result, not an error. */
export function docker(args: string[], env: Record<string, string> = {}): Promise<Done> {
  return new Promise((resolve, reject) => {
    execFile(
      'docker',
      args,
      { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error && typeof error.code === 'string') reject(error);
        else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      },
    );
  });
}

/** Compose with one set of profiles and settings, in a project of its own. */
export class Compose {
  /** Its containers are named `<project>-<service>-1`. */
  readonly project: string;
  readonly #env: Record<string, string>;
  readonly #files: string[];

  constructor(project: string, env: Record<string, string> = {}, files = ['compose.yaml']) {
    this.project = project;
    this.#env = env;
    this.#files = files;
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
   * @throws {Error} with what it printed, where it fails
   */
  async run(profiles: string[], ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.try(profiles, ...args);
    if (code === 0) return stdout;
    throw new Error(`docker compose ${args.join(' ')}: exit code ${code}\n${stdout}${stderr}`);
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

  /** Takes everything down, the data included. */
  down(): Promise<string> {
    return this.run(['*'], 'down', '--volumes', '--remove-orphans', '--timeout', '1');
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
