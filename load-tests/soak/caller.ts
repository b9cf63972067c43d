import { setTimeout as sleep } from "node:timers/promises";
import { at, jsonOf, type Checks } from "../checks.ts";

/** Where the service is, and how often it has begun or ended to be away: odd while it is. */
export interface Surroundings {
  url(): string;
  killWindow(): number;
  /** Aborted: everything is given up at once. */
  readonly signal: AbortSignal;
}

/** An answer below 500. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Longer than a restart on a loaded machine, and than the 15 s after which a dead owner's key is taken over. */
const PATIENCE_MS = 90_000;
const ANSWER_WITHIN_MS = 20_000;
const AGAIN_MS = 250;
const HELD_MS = 1000;
const MOST_SAMPLES = 20;

/** Asks as apps do, and keeps apart what fails because of a kill from what has no such excuse. */
export class Caller {
  readonly #around: Surroundings;
  readonly #checks: Checks;
  readonly errors = { inKillWindows: 0, outside: 0 };
  /** Ms of each answer outside of kill windows. */
  readonly times: number[] = [];
  /** The first errors and statuses that had no excuse. */
  readonly samples: string[] = [];

  constructor(around: Surroundings, checks: Checks) {
    this.#around = around;
    this.#checks = checks;
  }

  /** One request; nothing when there was no answer below 500. @param expected every status that may come */
  async ask(
    path: string,
    init: RequestInit,
    expected: readonly number[],
  ): Promise<Answer | undefined> {
    const answer = await this.#request(path, init);
    return answer && this.#judged(answer, path, init, expected);
  }

  /** Asks the same until there is an answer, as an app does whose connection broke. Nothing when there never was one. */
  async insist(
    path: string,
    init: RequestInit,
    expected: readonly number[],
  ): Promise<Answer | undefined> {
    const patience = Date.now() + PATIENCE_MS;
    while (Date.now() < patience && !this.#around.signal.aborted) {
      const answer = await this.#request(path, init);
      // The owner of the key died over it, or is still at work for the connection that broke.
      const isHeld = at(answer?.body, "code") === "IDEMPOTENCY_IN_PROGRESS";
      if (answer !== undefined && !isHeld) return this.#judged(answer, path, init, expected);
      await sleep(isHeld ? HELD_MS : AGAIN_MS);
    }
    if (!this.#around.signal.aborted) this.#checks.note("who comes again is answered", false);
    return undefined;
  }

  #judged(answer: Answer, path: string, init: RequestInit, expected: readonly number[]): Answer {
    const isExpected = expected.includes(answer.status);
    this.#checks.note("an answer has a status that may come", isExpected);
    if (!isExpected) this.#sample(`${answer.status} ${answer.text}`, path, init);
    return answer;
  }

  async #request(path: string, init: RequestInit): Promise<Answer | undefined> {
    const began = this.#around.killWindow();
    const startedAt = Date.now();
    const wasKilled = (): boolean => began !== this.#around.killWindow() || began % 2 === 1;
    let trouble: string;
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const response = await fetch(this.#around.url() + path, { ...init, signal });
      const text = await response.text();
      const { status, headers } = response;
      if (status < 500) {
        if (!wasKilled()) this.times.push(Date.now() - startedAt);
        return { status, text, body: jsonOf(text), headers };
      }
      trouble = `${status} ${text}`;
    } catch (error) {
      trouble = String(error);
    }
    if (this.#around.signal.aborted) return undefined;
    if (wasKilled()) {
      this.errors.inKillWindows += 1;
    } else {
      this.errors.outside += 1;
      this.#sample(trouble, path, init);
    }
    return undefined;
  }

  #sample(trouble: string, path: string, { method = "GET" }: RequestInit): void {
    if (this.samples.length < MOST_SAMPLES) {
      this.samples.push(`${new Date().toISOString()} ${method} ${path}: ${trouble.slice(0, 300)}`);
    }
  }
}
