/** What can become of a request but a right answer. */
type Kind = 'wrong' | 'late' | 'reset' | 'closed' | 'malformed';

/** Counts failures of a load by what was seen, so that a reason can name it. */
export class Failures {
  readonly #kinds = new Map<Kind, { count: number; first: string | undefined }>();

  /** @param patience how long an answer is waited for, in s */
  constructor(readonly patience: number) {}

  /** @param detail of the first of its kind: its status, or an error's code */
  add(kind: Kind, detail?: string, count = 1): void {
    if (count === 0) return;
    const { count: before, first } = this.#kinds.get(kind) ?? { count: 0, first: detail };
    this.#kinds.set(kind, { count: before + count, first });
  }

  /** All of them. */
  get count(): number {
    return [...this.#kinds.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** What was seen, a few words for each kind. */
  get seen(): string[] {
    return [...this.#kinds].map(([kind, { count, first }]) => this.#describe(kind, count, first));
  }

  #describe(kind: Kind, count: number, first: string | undefined): string {
    const of = (one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
    switch (kind) {
      case 'wrong':
        return `${of('wrong answer')} (the first: ${first})`;
      case 'late':
        return `${of('request')} without an answer for ${this.patience} s`;
      case 'reset':
        return `${of('connection')} broken (${first})`;
      case 'closed':
        return `${of('connection')} closed before the answer was complete`;
      case 'malformed':
        return `${of('answer')} that ${count === 1 ? 'is' : 'are'} not HTTP`;
    }
  }
}
