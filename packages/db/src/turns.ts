import { DatabaseUnavailable, unavailable } from './unavailable.js';

/** How many may read at once, and for how long. */
export interface TurnsOptions {
  /** Readers at the most, those that wait for a connection among them. */
  limit: number;
  /** How long one may take, in ms, with its wait for a connection. */
  patience: number;
  /** What it is told when that is over. */
  lateMessage: string;
}

/** Those who read. */
export interface Turns {
  /** How many they are. */
  readonly reading: number;
  /** How many of them have been told that it is too late, and still wait. */
  readonly late: number;
  /**
   * Runs a reader, which may ask whether it is too late for what it still has to do.
   *
   * @throws {DatabaseUnavailable} where too many read already, and in place of every error that says so
   */
  take<T>(read: (isLate: () => boolean) => Promise<T>): Promise<T>;
}

/** Waiting for a database that is slow is bounded, in number and in time: past either, a reader is told so at once. */
export function createTurns({ limit, patience, lateMessage }: TurnsOptions): Turns {
  const counts = { reading: 0, late: 0 };

  function take<T>(read: (isLate: () => boolean) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (counts.reading >= limit) {
        reject(new DatabaseUnavailable(`${limit} requests wait for rows already`));
        return;
      }
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        counts.late++;
        reject(new DatabaseUnavailable(lateMessage));
      }, patience);
      // One that is late keeps its place until its query has ended: the driver still holds it.
      const leave = () => {
        counts.reading--;
        if (late) counts.late--;
        clearTimeout(timer);
      };
      counts.reading++;
      read(() => late).then(
        (rows) => {
          leave();
          resolve(rows);
        },
        (error: unknown) => {
          leave();
          reject(unavailable(error) ?? error);
        },
      );
    });
  }
  return Object.assign(counts, { take });
}
