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

/**
 * Waiting for a database that is slow is bounded, in number and in time: past either, a reader is told so at once.
 *
 * @returns runs a reader, which may ask whether it is too late for what it still has to do
 */
export function createTurns({ limit, patience, lateMessage }: TurnsOptions) {
  let reading = 0;

  /** @throws {DatabaseUnavailable} where too many read already, and in place of every error that says so */
  return function inTurn<T>(read: (isLate: () => boolean) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (reading >= limit) {
        reject(new DatabaseUnavailable(`${limit} requests wait for rows already`));
        return;
      }
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        reject(new DatabaseUnavailable(lateMessage));
      }, patience);
      // One that is late keeps its place until its query has ended: the driver still holds it.
      const leave = () => {
        reading--;
        clearTimeout(timer);
      };
      reading++;
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
  };
}
