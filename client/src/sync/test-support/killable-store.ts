import type { SyncStore } from "../store.ts";

/** The process of the device ended. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/**
 * A store that simulates a kill of the process at a write: before it is durable, or after it, so
 * that the answer is lost.
 */
export class KillableStore implements SyncStore {
  readonly #store: SyncStore;
  #writesLeft = Infinity;
  #isAfter = false;
  #isDead = false;

  constructor(store: SyncStore) {
    this.#store = store;
  }

  /** @param writes number of writes that succeed before the one at which the process is killed */
  killAfter(writes: number, { isAfter }: { isAfter: boolean }): void {
    this.#writesLeft = writes;
    this.#isAfter = isAfter;
  }

  /** Restarts the process on the durable data. */
  revive(): void {
    this.#writesLeft = Infinity;
    this.#isDead = false;
  }

  async read<Result>(work: Parameters<SyncStore["read"]>[0]): Promise<Result> {
    if (this.#isDead) throw new Killed();
    return (await this.#store.read(work)) as Result;
  }

  async write<Result>(work: Parameters<SyncStore["write"]>[0]): Promise<Result> {
    if (this.#isDead) throw new Killed();
    this.#writesLeft -= 1;
    const isKilled = this.#writesLeft < 0;
    this.#isDead = isKilled;
    if (isKilled && !this.#isAfter) throw new Killed();
    const result = (await this.#store.write(work)) as Result;
    if (isKilled) throw new Killed();
    return result;
  }

  clear = (): Promise<void> => this.#store.clear();
  close = (): void => this.#store.close();
}
