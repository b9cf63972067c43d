import { SECOND_MS } from "../../../platform/time.ts";
import { TurnQueue } from "./queue.ts";
import type { Pace } from "./turn.ts";

/**
 * Maximum duration of a turn. After that its holder was killed, or is waiting for a database that
 * does not answer.
 */
const TURN_MS = 10 * SECOND_MS;
/** While users are served, all turns together may take this fraction of the time. */
const SHARE = 1 / 3;
const CROWDED_SHARE = 1 / 10;
/**
 * Time beyond the share that turns may take before they pause, so that an import of a few hundred
 * rows does not wait.
 */
const BURST_MS = SECOND_MS / 4;
const MAX_REST_MS = SECOND_MS;
/**
 * Minimum pause between two turns. workerd updates neither the clock nor its sockets while there is
 * other work, so without a pause consecutive imports would block everything else and appear to take
 * no time.
 */
const BREATHER_MS = 1;

export interface TurnDeskDeps {
  /** Ms since the epoch. */
  now(): number;
  /** @returns a function that cancels the timer */
  setTimer(delayMs: number, fire: () => void): () => void;
  /**
   * Whether users other than the account are being served, whose responses the turn would delay.
   */
  isServing(account: string): boolean;
}

interface Waiting {
  readonly account: string;
  readonly id: string;
  grant(pace: Pace): void;
}

/** Grants turns one after another. */
export class TurnDesk {
  readonly #deps: TurnDeskDeps;
  readonly #queue = new TurnQueue<Waiting>();
  #turn: (Waiting & { readonly since: number; cancelTimer(): void }) | undefined;
  #isResting = false;
  /** Time in ms by which turns exceeded their share, as of `#countedAt`. */
  #excessMs = 0;
  #countedAt = 0;

  constructor(deps: TurnDeskDeps) {
    this.#deps = deps;
  }

  /** Waits for a turn. @param id unique to the turn */
  take(account: string, id: string): Promise<Pace> {
    return new Promise((grant) => {
      this.#queue.add(account, { account, id, grant });
      this.#beginNext();
    });
  }

  /** Ends a turn; without effect if it was revoked. */
  end(id: string): void {
    if (this.#turn?.id !== id) return;
    const { account, since, cancelTimer } = this.#turn;
    cancelTimer();
    this.#turn = undefined;
    this.#isResting = true;
    this.#deps.setTimer(BREATHER_MS, () => {
      const restMs = this.#restAfter(account, since);
      if (restMs > 0) this.#deps.setTimer(restMs, () => this.#endRest());
      else this.#endRest();
    });
  }

  /** Counts a turn. @returns the pause that is due, in ms */
  #restAfter(account: string, since: number): number {
    const isCrowded = this.#queue.hasOthersThan(account);
    const share = isCrowded ? CROWDED_SHARE : SHARE;
    const allowedMs = isCrowded ? 0 : BURST_MS;
    const now = this.#deps.now();
    const turnMs = Math.max(0, now - since);
    const passedMs = Math.max(0, now - this.#countedAt);
    const excessMs = Math.max(0, this.#excessMs + turnMs - share * passedMs);
    this.#excessMs = Math.min(excessMs, BURST_MS + share * MAX_REST_MS);
    this.#countedAt = now;
    if (!this.#deps.isServing(account)) return 0;
    return Math.min(MAX_REST_MS, (this.#excessMs - allowedMs) / share);
  }

  #endRest(): void {
    this.#isResting = false;
    this.#beginNext();
  }

  #beginNext(): void {
    if (this.#turn || this.#isResting) return;
    const next = this.#queue.next();
    if (next === undefined) return;
    const cancelTimer = this.#deps.setTimer(TURN_MS, () => this.end(next.id));
    this.#turn = { ...next, since: this.#deps.now(), cancelTimer };
    next.grant(this.#paceOf(next.account));
  }

  #paceOf(account: string): Pace {
    if (this.#deps.isServing(account)) return "gentle";
    return this.#queue.isEmpty ? "alone" : "shared";
  }
}
