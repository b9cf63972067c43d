import type { ProviderAnswer, ProviderFailed, ProviderSearchAnswer } from "../provider.ts";
import type { Health } from "./breaker.ts";

/** Outcome of one call: `answered` if it answered for at least one book, otherwise its first failure. */
export type CallOutcome =
  | { readonly kind: "answered" }
  | {
      readonly kind: "failed";
      readonly failure: ProviderFailed;
      /** One of the books may have broken the answer; the parts of the batch will show which. */
      readonly isolating?: boolean;
    };

/** A timeout of a shorter call says more about the caller's budget than about the provider. */
const FAIR_TIMEOUT_MS = 1_000;
/** Transient statuses. A retry does not change a 400, 403 or 404. */
const TRANSIENT = new Set([429, 502, 503, 504]);

const FIRST_BACKOFF_MS = 400;
export const MAX_BACKOFF_MS = 3_000;

/** Maximum number of attempts per question. Beyond that, asking again later is a better use of the budget. */
export const MAX_ATTEMPTS = 4;

/**
 * Summarises a call. Its retry delay is the longest of its answers.
 * @param isolating whether a failure may be due to one of its books
 */
export function outcomeOf(
  answers: Iterable<ProviderAnswer | ProviderSearchAnswer>,
  isolating = false,
): CallOutcome {
  const failures: ProviderFailed[] = [];
  for (const answer of answers) {
    if (answer.kind !== "failed") return { kind: "answered" };
    failures.push(answer);
  }
  const failure = failures[0] ?? { kind: "failed", reason: "bad_answer" };
  const waits = failures.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  const doubt = isolating ? { isolating } : {};
  if (waits.length === 0) return { kind: "failed", failure, ...doubt };
  return { kind: "failed", failure: { ...failure, retryAfterMs: Math.max(...waits) }, ...doubt };
}

/** Whether the provider reported too many calls. */
export function isThrottled({ reason, status }: ProviderFailed): boolean {
  return reason === "rate_limited" || reason === "quota_exhausted" || status === 429;
}

/** Whether an immediate retry may succeed. After a timeout no time is left. */
export function isTransient({ reason, status }: ProviderFailed): boolean {
  if (reason === "http_error") return status !== undefined && TRANSIENT.has(status);
  return reason === "network" || reason === "rate_limited";
}

/**
 * Rates a call for the breaker. A 4xx is an answer: the provider works, and the request is wrong.
 */
export function healthOf(outcome: CallOutcome, timeoutMs: number, probe: boolean): Health {
  if (outcome.kind === "answered") return "good";
  const { failure } = outcome;
  if (isThrottled(failure) || failure.reason === "access_denied") return "neutral";
  if (outcome.isolating === true && !probe) return "neutral";
  if (failure.reason === "http_error" && (failure.status ?? 500) < 500) return "neutral";
  if (failure.reason === "timeout" && timeoutMs < FAIR_TIMEOUT_MS && !probe) return "neutral";
  return "bad";
}

/** Backoff with full jitter, in ms: a random part of a pause that doubles with each attempt. @param attempts so far, from 1 */
export function backoffMs(attempts: number, random: () => number): number {
  return Math.ceil(random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempts - 1)));
}
