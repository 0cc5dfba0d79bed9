// Ends the process groups that its parent has started and not ended, once the parent is gone, however it
// went: its standard input then closes.
import { createInterface } from 'node:readline';

const groups = new Set<number>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

// A line is the id of a group, or, negative, of one that has ended.
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const id = Number(line);
    if (id > 0) groups.add(id);
    else groups.delete(-id);
  })
  .on('close', () => {
    for (const id of groups) {
      try {
        process.kill(-id, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  });
