import type { ProviderAnswer, ProviderFailed, ProviderSearchAnswer } from "../provider.ts";
import type { Health } from "./breaker.ts";

/** What one call came to: `answered` if it said anything of any book it was asked for, else its first failure. */
export type CallOutcome =
  | { readonly kind: "answered" }
  | { readonly kind: "failed"; readonly failure: ProviderFailed };

/** A shorter call that times out says more of the caller's budget than of the provider. */
const FAIR_TIMEOUT_MS = 1_000;
/** Statuses that are gone in a moment; 400, 403, 404 come back the same however often one asks. */
const PASSING = new Set([429, 502, 503, 504]);

const FIRST_BACKOFF_MS = 400;
const MAX_BACKOFF_MS = 3_000;

/** So often is one question sent in all; beyond that the budget is better spent by asking again later. */
export const MAX_TRIES = 4;

/** Sums up a call; its wait is the longest that any of its answers asks for. */
export function outcomeOf(answers: Iterable<ProviderAnswer | ProviderSearchAnswer>): CallOutcome {
  const failures: ProviderFailed[] = [];
  for (const answer of answers) {
    if (answer.kind !== "failed") return { kind: "answered" };
    failures.push(answer);
  }
  const failure = failures[0] ?? { kind: "failed", reason: "bad_answer" };
  const waits = failures.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  if (waits.length === 0) return { kind: "failed", failure };
  return { kind: "failed", failure: { ...failure, retryAfterMs: Math.max(...waits) } };
}

/** Whether the provider said that it was asked too much. */
export function isThrottled({ reason, status }: ProviderFailed): boolean {
  return reason === "rate_limited" || reason === "quota_exhausted" || status === 429;
}

/** Whether the same question, asked again in a moment, may be answered. A timeout has used its time up. */
export function isPassing({ reason, status }: ProviderFailed): boolean {
  if (reason === "http_error") return status !== undefined && PASSING.has(status);
  return reason === "network" || reason === "rate_limited";
}

/** What a call that had `timeoutMs` says to the breaker. A 4xx is an answer: the provider is there, the question is wrong. */
export function healthOf(outcome: CallOutcome, timeoutMs: number, probe: boolean): Health {
  if (outcome.kind === "answered") return "good";
  const { failure } = outcome;
  if (isThrottled(failure)) return "neutral";
  if (failure.reason === "http_error" && (failure.status ?? 500) < 500) return "neutral";
  if (failure.reason === "timeout" && timeoutMs < FAIR_TIMEOUT_MS && !probe) return "neutral";
  return "bad";
}

/** Full jitter: anything between none and all of a pause that doubles with each try (`tries` ≥ 1 so far), in ms. */
export function backoffMs(tries: number, random: () => number): number {
  return Math.ceil(random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (tries - 1)));
}
