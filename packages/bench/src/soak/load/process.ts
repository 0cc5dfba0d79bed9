import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command, Message, Odd, Paced, Report } from './messages.js';

const worker = fileURLToPath(new URL('../../../dist/soak/load/worker.js', import.meta.url));

/** How long the last answers may take, in ms: more than the longest that a request waits for its own. */
const END_TIMEOUT = 12_000;

/** The process that loads. */
export class LoadProcess {
  readonly #child: ChildProcess;
  #said = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-2000);
    });
  }

  static async start(): Promise<LoadProcess> {
    const child = spawn(process.execPath, [worker], {
      // A group of its own: the terminal's Ctrl-C reaches us, and we end it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const started = new LoadProcess(child);
    await started.#next((message) => 'ready' in message);
    return started;
  }

  /**
   * How many requests/s of the mix a server answers as it should, and the first answers that are wrong, 503 aside.
   *
   * @param seconds the first of which is not counted
   * @throws {Error} where the process ends
   */
  async saturate(url: string, seconds: number): Promise<{ rate: number; odd: Odd[] }> {
    const end = this.#next((message) => 'saturated' in message);
    this.#child.send({ saturate: { url, seconds } } satisfies Command);
    return ((await end) as Extract<Message, { saturated: unknown }>).saturated;
  }

  /**
   * Begins to load all of these.
   *
   * @param onReports is told twice a second what came of it
   */
  pace(all: Paced[], onReports: (reports: Report[]) => void): void {
    this.#child.on('message', (message: Message) => {
      if ('reports' in message) onReports(message.reports);
    });
    this.#child.send({ pace: all } satisfies Command);
  }

  /** Rejects when the process ends. */
  async failure(): Promise<never> {
    await once(this.#child, 'exit');
    throw new Error(this.#end);
  }

  /** Waits for the last answers, where there is a load, and ends the process. */
  async stop({ now = false } = {}): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    if (!now) {
      const end = this.#next((message) => 'ended' in message).catch(() => undefined);
      this.#child.send({ stop: true } satisfies Command);
      await Promise.race([end, new Promise((over) => setTimeout(over, END_TIMEOUT).unref())]);
    }
    this.#child.kill('SIGKILL');
    await exited;
  }

  get #end(): string {
    return `the process that loads has ended: ${this.#said.trim().split('\n').at(-1)}`;
  }

  /** The next message of a kind; throws where the process ends instead. */
  #next(isAsked: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#child.off('message', onMessage).off('exit', onExit);
        act();
      };
      const onMessage = (message: Message) => {
        if (isAsked(message)) settle(() => resolve(message));
      };
      const onExit = () => settle(() => reject(new Error(this.#end)));
      this.#child.on('message', onMessage).once('exit', onExit);
    });
  }
}
