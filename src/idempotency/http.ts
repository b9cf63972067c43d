import type { Context } from "hono";
import { DomainError } from "../platform/errors.ts";
import type { Answer } from "./domain/answer.ts";
import { keyOf } from "./domain/key.ts";
import type { Guard, KeyedRequest, OnceOutcome } from "./domain/once.ts";
import type { App } from "../platform/http/context.ts";

/** Executes a request once and replays its first response afterwards. */
export type Once = <Result extends Answer>(
  request: KeyedRequest,
  run: (guard: Guard) => Promise<Result>,
) => Promise<OnceOutcome<Result>>;

/** The documented request header of every operation that accepts a key. */
export const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header" as const,
  required: false,
  description:
    "1 to 255 ASCII characters, bare or as a quoted string. Repeating the request with the same key within 24 h returns the first response.",
  schema: { type: "string" as const },
};

/** The problem codes that accepting a key adds to an operation. */
export const KEY_REFUSALS = [
  "INVALID_REQUEST",
  "IDEMPOTENCY_IN_PROGRESS",
  "IDEMPOTENCY_KEY_REUSED",
  "DATABASE_UNAVAILABLE",
] as const;

/** A request as its operation describes it. */
export interface Keyed extends Omit<KeyedRequest, "key"> {
  /** Idempotency keys in the body. */
  keysInBody?: readonly (string | undefined)[];
}

/**
 * Runs a POST that writes, under the request's idempotency key if it has one. Called in the handler, after authentication,
 * rate limit and validation, because it compares the parsed request.
 *
 * A file is hashed while it is stored. A repeat of it is only read, hashed and compared. `bytes` is the body, which is read
 * once, in one of two places:
 *
 *     const hash = deps.newHash();
 *     const keyed = { caller, operation, fields: { options }, readBodyFields: () => hashOf(bytes, hash), isPublic: false };
 *     await idempotently(c, deps.once, keyed, async (guard) => {
 *       await store(hashed(bytes, hash));
 *       await guard.addBodyFields(await hash.hex());
 *       return complete(guard.keepAnswer(answer));
 *     });
 *
 * @returns the response, first or replayed; for a replay, `Idempotency-Replayed: true` is already set
 * @throws DomainError what `run` throws or threw the first time; INVALID_REQUEST, IDEMPOTENCY_KEY_REUSED,
 * IDEMPOTENCY_IN_PROGRESS, or DATABASE_UNAVAILABLE when the state of the key is unknown
 */
export async function idempotently<Result extends Answer>(
  c: Context<App>,
  once: Once,
  { keysInBody = [], ...request }: Keyed,
  run: (guard: Guard) => Promise<Result>,
): Promise<Result> {
  const key = keyOf(c.req.header("Idempotency-Key"), keysInBody);
  const outcome = await once({ ...request, key }, run);
  if (outcome.kind === "done") return outcome.answer;
  c.header("Idempotency-Replayed", "true");
  const { kept } = outcome;
  if (kept.kind === "refusal") {
    throw new DomainError(kept.code, kept.message, { details: kept.details });
  }
  // The stored answer has this operation's type because the operation is part of the key.
  return kept.answer as Result;
}
