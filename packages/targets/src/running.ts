/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A target that answers. */
export interface RunningTarget {
  /** Its base URL. */
  url: string;
  /** The top of its process tree; undefined where it is not on this machine, or cannot be told. */
  pid: number | undefined;
  /** From its start to its first answer, in ms; null where it was running before. */
  readyAfter: number | null;
  /** Settles when it has ended, for whatever reason; never for one that was not started here. */
  exited: Promise<Exit>;
  /** What it has printed so far, at most the last 64 KiB. */
  output(): string;
  /** Stops what was started: nothing, where it was running before. */
  stop(): Promise<Exit | undefined>;
}

/** A target that was started here. */
export interface StartedTarget extends RunningTarget {
  pid: number;
  readyAfter: number;
  /** Sends SIGTERM, and SIGKILL where that does not end it within 15 s; nothing of it is left behind. */
  stop(): Promise<Exit>;
}
