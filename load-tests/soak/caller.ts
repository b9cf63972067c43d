import { setTimeout as sleep } from "node:timers/promises";
import { at, jsonOf, type Checks } from "../checks.ts";

/** The service under test. `killWindow` is odd while the service is unavailable. */
export interface Surroundings {
  url(): string;
  killWindow(): number;
  /** An abort ends all traffic immediately. */
  readonly signal: AbortSignal;
}

/** A response with a status below 500. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/**
 * Longer than a restart on a loaded machine, and longer than the 15 s after which the key of a dead
 * owner can be taken over.
 */
const PATIENCE_MS = 90_000;
const ANSWER_WITHIN_MS = 20_000;
const AGAIN_MS = 250;
const HELD_MS = 1000;
const MAX_SAMPLES = 20;

/** Sends requests as apps do, and counts errors inside and outside kill windows separately. */
export class Caller {
  readonly #around: Surroundings;
  readonly #checks: Checks;
  readonly errors = { inKillWindows: 0, outside: 0 };
  /** Time of each response outside kill windows, in ms. */
  readonly times: number[] = [];
  /** The first unexpected errors and statuses. */
  readonly samples: string[] = [];

  constructor(around: Surroundings, checks: Checks) {
    this.#around = around;
    this.#checks = checks;
  }

  /** Sends one request; undefined without a response below 500. @param expected all permitted statuses */
  async ask(
    path: string,
    init: RequestInit,
    expected: readonly number[],
  ): Promise<Answer | undefined> {
    const answer = await this.#request(path, init);
    return answer && this.#judged(answer, path, init, expected);
  }

  /**
   * Repeats a request until there is a response, as an app does after a broken connection;
   * undefined if none arrives.
   */
  async insist(
    path: string,
    init: RequestInit,
    expected: readonly number[],
  ): Promise<Answer | undefined> {
    const patience = Date.now() + PATIENCE_MS;
    while (Date.now() < patience && !this.#around.signal.aborted) {
      const answer = await this.#request(path, init);
      // The owner of the key died, or is still working on the request of the broken connection.
      const isHeld = at(answer?.body, "code") === "IDEMPOTENCY_IN_PROGRESS";
      if (answer !== undefined && !isHeld) return this.#judged(answer, path, init, expected);
      await sleep(isHeld ? HELD_MS : AGAIN_MS);
    }
    if (!this.#around.signal.aborted)
      this.#checks.note("a repeated request is eventually answered", false);
    return undefined;
  }

  #judged(answer: Answer, path: string, init: RequestInit, expected: readonly number[]): Answer {
    const isExpected = expected.includes(answer.status);
    this.#checks.note("a response has a permitted status", isExpected);
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
    if (this.samples.length < MAX_SAMPLES) {
      this.samples.push(`${new Date().toISOString()} ${method} ${path}: ${trouble.slice(0, 300)}`);
    }
  }
}
