/** Lets what is heavy happen one after the other, so that what is light finds room between. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all that asked before is done, and gives what it gives. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
