import { SECOND_MS } from "../../../platform/time.ts";
import { TurnQueue } from "./queue.ts";
import type { Pace } from "./turn.ts";

/** A turn that has not ended by then is taken back: its holder was killed, or waits for a database that does not answer. */
const TURN_MS = 10 * SECOND_MS;
/** While users are served, turns may take this part of the time. */
const SHARE = 1 / 5;
/** Turns may take so much more before they rest: an import of a few hundred rows does not wait. */
const BURST_MS = SECOND_MS / 2;
const MAX_REST_MS = SECOND_MS;

export interface TurnDeskDeps {
  /** Ms since the epoch. */
  now(): number;
  /** @returns a function that cancels the timer */
  setTimer(delayMs: number, fire: () => void): () => void;
  /** Whether users wait for responses that the work of a turn would delay. */
  isServing(): boolean;
}

interface Waiting {
  readonly id: string;
  grant(pace: Pace): void;
}

/** Gives turns one after the other. */
export class TurnDesk {
  readonly #deps: TurnDeskDeps;
  readonly #queue = new TurnQueue<Waiting>();
  #turn: { readonly id: string; readonly since: number; cancelTimer(): void } | undefined;
  #isResting = false;
  /** How much longer turns took than their share of the time until `#countedAt`, ms. */
  #excessMs = 0;
  #countedAt = 0;

  constructor(deps: TurnDeskDeps) {
    this.#deps = deps;
  }

  /** Waits for a turn. @param id unique to the turn */
  take(account: string, id: string): Promise<Pace> {
    return new Promise((grant) => {
      this.#queue.add(account, { id, grant });
      this.#beginNext();
    });
  }

  /** Ends a turn; without effect when it has been taken back. */
  end(id: string): void {
    if (this.#turn?.id !== id) return;
    const { since, cancelTimer } = this.#turn;
    cancelTimer();
    this.#turn = undefined;
    this.#count(since);
    if (this.#deps.isServing() && this.#excessMs > BURST_MS) {
      this.#rest((this.#excessMs - BURST_MS) / SHARE);
    }
    this.#beginNext();
  }

  #count(since: number): void {
    const now = this.#deps.now();
    const turnMs = Math.max(0, now - since);
    const passedMs = Math.max(0, now - this.#countedAt);
    const excessMs = Math.max(0, this.#excessMs + turnMs - SHARE * passedMs);
    this.#excessMs = Math.min(excessMs, BURST_MS + SHARE * MAX_REST_MS);
    this.#countedAt = now;
  }

  #rest(restMs: number): void {
    this.#isResting = true;
    this.#deps.setTimer(restMs, () => {
      this.#isResting = false;
      this.#beginNext();
    });
  }

  #beginNext(): void {
    if (this.#turn || this.#isResting) return;
    const next = this.#queue.next();
    if (next === undefined) return;
    const { id, grant } = next;
    const cancelTimer = this.#deps.setTimer(TURN_MS, () => this.end(id));
    this.#turn = { id, since: this.#deps.now(), cancelTimer };
    grant(this.#pace());
  }

  #pace(): Pace {
    if (this.#deps.isServing()) return "gentle";
    return this.#queue.isEmpty ? "alone" : "shared";
  }
}
