import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { GeneratorDied } from '../generator.js';
import { onCores } from '../pinning.js';
import type { Command, End, Message, Tick } from './messages.js';

const worker = fileURLToPath(new URL('../../dist/autocannon/worker.js', import.meta.url));

/** A load that is under way. */
export interface RunningLoad {
  /**
   * How many answers there were, and what CPU time was used, at a point in time.
   *
   * @param at `process.hrtime`, in ms
   * @throws {RangeError} where that is not known
   * @throws {Error} where the load has ended by itself
   */
  at(at: number): Promise<Tick>;
  /** Ends it. */
  stop(): Promise<End>;
}

/** autocannon in a process of its own, which is started once for many loads. */
export class AutocannonProcess {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  #said = '';

  private constructor(child: ChildProcess, signal: AbortSignal) {
    this.#child = child;
    this.#signal = signal;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-2000);
    });
    signal.addEventListener('abort', () => this.stop());
  }

  /** @param cores as `taskset` takes them; undefined: any */
  static async start(cores: string | undefined, signal: AbortSignal): Promise<AutocannonProcess> {
    signal.throwIfAborted();
    const [program = '', ...args] = onCores(cores, [process.execPath, worker]);
    const child = spawn(program, args, {
      // A group of its own: the terminal's Ctrl-C reaches us, and we end it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const started = new AutocannonProcess(child, signal);
    await started.#next((message) => 'ready' in message);
    return started;
  }

  /** Begins to load an event. */
  load({ event, url, connections }: Extract<Command, { load: unknown }>['load']): RunningLoad {
    const end = this.#next((message) => 'end' in message) as Promise<{ end: End }>;
    // It is awaited by stop(), or by nobody where the process was ended.
    end.catch(() => {});
    this.#send({ load: { event, url, connections } });
    return {
      at: async (at) => {
        const counted = this.#next((message) => 'count' in message || 'unknown' in message);
        this.#send({ count: { at } });
        const message = (await counted) as { count: Tick } | { unknown: string };
        if ('unknown' in message) throw new RangeError(message.unknown);
        return message.count;
      },
      stop: async () => {
        this.#send({ stop: true });
        return (await end).end;
      },
    };
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  #death(): unknown {
    if (this.#signal.aborted) return this.#signal.reason;
    const { signalCode, exitCode } = this.#child;
    const said = this.#said.trim().split('\n').at(-1);
    return new GeneratorDied('autocannon', signalCode ?? (said || `exit code ${exitCode}`));
  }

  #send(command: Command): void {
    // Where it has just died, its exit says so.
    if (this.#child.connected) this.#child.send(command, () => {});
  }

  /** The next message of a kind; throws where the process ends, or fails, instead. */
  #next(isAsked: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      if (!this.isRunning) return reject(this.#death());
      const settle = (act: () => void) => {
        this.#child.off('message', onMessage);
        this.#child.off('exit', onExit);
        act();
      };
      const onMessage = (message: Message) => {
        if ('failed' in message) settle(() => reject(new Error(message.failed)));
        else if (isAsked(message)) settle(() => resolve(message));
      };
      const onExit = () => settle(() => reject(this.#death()));
      this.#child.on('message', onMessage);
      this.#child.once('exit', onExit);
    });
  }
}
