/** A server that is loaded at a rate. */
export interface Paced {
  name: string;
  url: string;
  /** requests/s */
  rate: number;
}

/** What the runner tells the process that loads. */
export type Command =
  /** As many as it can take of the mix, for so many s, the first of which is not counted. */
  | { saturate: { url: string; seconds: number } }
  /** All of these at once, until it is told to stop. */
  | { pace: Paced[] }
  /** Sends no more, and waits for the answers that are due. */
  | { stop: true };

/** A request that was not answered as the rule book says. */
export interface Odd {
  event: string;
  /** When it was due and when it was answered, or failed: `process.hrtime`, in ms. */
  from: number;
  to: number;
  /** How long the server had for it, in ms: less, where it waited for a connection. */
  took: number;
  /** Whether the answer is the one that stands for a database that cannot be reached. */
  unavailable: boolean;
  /** What was wrong. */
  why: string;
}

/** What came of a server's requests since the last report. */
export interface Report {
  name: string;
  sent: number;
  /** Answered as the rule book says. */
  right: number;
  odd: Odd[];
  /** Requests that were due and not sent, as too many waited for their answers already. */
  dropped: number;
}

/** What the process tells the runner. */
export type Message =
  | { ready: true }
  | { saturated: { rate: number; odd: Odd[] } }
  | { reports: Report[] }
  | { ended: true };
