import type { Context } from "hono";
import { DomainError } from "../platform/errors.ts";
import type { Answer } from "./domain/answer.ts";
import { keyOf } from "./domain/key.ts";
import type { Guard, KeyedRequest, OnceOutcome } from "./domain/once.ts";
import type { App } from "../platform/http/context.ts";

/** Carries a request out once, or says what it said the first time. */
export type Once = <Result extends Answer>(
  request: KeyedRequest,
  run: (guard: Guard) => Promise<Result>,
) => Promise<OnceOutcome<Result>>;

/** A documented header of every operation that takes a key. */
export const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header" as const,
  required: false,
  description:
    "1 to 255 ASCII characters, bare or as a quoted string. The same request with the same key within 24 h gets the first answer again.",
  schema: { type: "string" as const },
};

/** How such an operation refuses, beside its own refusals. */
export const KEY_REFUSALS = [
  "INVALID_REQUEST",
  "IDEMPOTENCY_IN_PROGRESS",
  "IDEMPOTENCY_KEY_REUSED",
  "DATABASE_UNAVAILABLE",
] as const;

/** What an operation says of its request. */
export interface Keyed extends Omit<KeyedRequest, "key"> {
  /** The keys that the body gave. */
  keysInBody?: readonly (string | undefined)[];
}

/**
 * The one way in which a POST that writes runs: under the key of its request, if it has one. Stands in the handler,
 * behind authentication, rate limit and validation, because it compares what was parsed.
 *
 * A file is hashed while it is taken in; a repeat of it is read, hashed and compared, and nothing else. `bytes` is the body,
 * which is read once, in one of the two places (http/imports.ts):
 *
 *     const hash = deps.newHash();
 *     const keyed = { caller, operation, fields: { options }, readBodyFields: () => hashOf(bytes, hash), isPublic: false };
 *     await idempotently(c, deps.once, keyed, async (guard) => {
 *       await store(hashed(bytes, hash));
 *       await guard.settle(await hash.hex());
 *       return complete(guard.keepWith(answer));
 *     });
 *
 * @returns what to answer, the first time and again alike; a replay has `Idempotency-Replayed: true` on it already
 * @throws DomainError what `run` throws, now or the first time; INVALID_REQUEST, IDEMPOTENCY_KEY_REUSED,
 * IDEMPOTENCY_IN_PROGRESS, or DATABASE_UNAVAILABLE when nobody can say whether the key is free
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
  // What an operation kept is what it answers: the key belongs to the operation.
  return kept.answer as Result;
}
