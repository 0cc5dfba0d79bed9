/** What an agent can be told, and what it does then. */
export type Command =
  /** Ends what the next two have begun. */
  | 'heal'
  /** The template engine throws, at each call. */
  | 'template'
  /** `Math.random` throws, at each call: what a handler of `db` waits for rejects, with an error that nobody foresaw. */
  | 'handler'
  /** A promise that nobody waits for rejects. */
  | 'rejection'
  /** A listener of an event throws, in a timer. */
  | 'listener';

/** What the message of each fault's error is. */
export const causeOf = (command: Command) => `fault: ${command}`;
