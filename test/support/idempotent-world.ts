import { env } from "cloudflare:workers";
import type { Answer } from "../../src/idempotency/domain/answer.ts";
import {
  once,
  type Guard,
  type KeyedRequest,
  type KeyEvent,
  type OnceOutcome,
} from "../../src/idempotency/domain/once.ts";
import { kvAnswerCopies } from "../../src/idempotency/storage/copies.ts";
import { answerStatements, d1IdempotencyKeys } from "../../src/idempotency/storage/claims.ts";
import { forgetKeys } from "./enrich.ts";
import { memoryLog } from "./fakes.ts";
import { secretsInPlace } from "./secrets.ts";

const START = 1_800_000_000_000;
const BOOK = "9780441172719";

/** An isolate. It shares only D1 and KV with others. */
export interface Isolate {
  do(run: (guard: Guard) => Promise<Answer>): Promise<OnceOutcome<Answer>>;
  events: KeyEvent[];
  /** Fires the timers that are due. An isolate whose timers never fire simulates a stalled or dead process. */
  fireTimers(): void;
  timers(): number;
}

/** Requests with one key in an empty database, with a manual clock. */
export function idempotentWorld() {
  let now = START;
  let owners = 0;
  const log = memoryLog();
  const { sha256 } = secretsInPlace();

  const isolate = (request: Partial<KeyedRequest> = {}): Isolate => {
    const events: KeyEvent[] = [];
    let timers: { at: number; fire: () => void }[] = [];
    const deps = {
      keys: d1IdempotencyKeys(env.DB, log),
      copies: kvAnswerCopies(env.IDEMPOTENCY_CACHE, { now: () => now, log }),
      sha256,
      newId: () => `owner ${(owners += 1)}`,
      defer: () => undefined,
      setTimer(delayMs: number, fire: () => void) {
        const timer = { at: now + delayMs, fire };
        timers.push(timer);
        return () => void (timers = timers.filter((other) => other !== timer));
      },
      observe: (event: KeyEvent) => void events.push(event),
      now: () => now,
    };
    const whole = {
      caller: { key: "user:reader", userId: "reader" },
      operation: "addBook",
      key: "k",
      fields: { isbn: BOOK },
      isPublic: false,
      ...request,
    };
    return {
      do: (run) => once(whole, run, deps),
      events,
      fireTimers() {
        const due = timers.filter(({ at }) => at <= now);
        timers = timers.filter(({ at }) => at > now);
        for (const { fire } of due) fire();
      },
      timers: () => timers.length,
    };
  };

  return {
    isolate,
    start: START,
    now: () => now,
    wait: (ms: number) => void (now += ms),
    async empty(): Promise<void> {
      await forgetKeys();
      await env.DB.batch([
        env.DB.prepare("DELETE FROM DeletedUsers"),
        env.DB.prepare("DELETE FROM Books"),
        env.DB.prepare(
          `INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES ('${BOOK}', 'Dune', '[]', '{}')`,
        ),
      ]);
    },
  };
}

/** A write and its stored answer in one batch, as in a real store. @param before runs just before the batch */
export const write =
  (before: () => Promise<unknown> = async () => undefined) =>
  async (guard: Guard): Promise<Answer> => {
    const answer = { status: 201, headers: { Location: "/x" }, body: { added: true } };
    const guarded = guard.keepAnswer(answer);
    await before();
    await env.DB.batch([
      env.DB.prepare(
        "UPDATE Books SET page_count = coalesce(page_count, 0) + 1 WHERE isbn = ?1",
      ).bind(BOOK),
      ...answerStatements(env.DB, guarded),
    ]);
    return answer;
  };

/** Number of such writes; null if there were none. */
export const writes = (): Promise<number | null> =>
  env.DB.prepare("SELECT page_count FROM Books WHERE isbn = ?1").bind(BOOK).first("page_count");
