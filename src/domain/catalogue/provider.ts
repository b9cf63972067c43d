import type { Book } from "../../../contract/catalogue.ts";

/** The providers that are asked, in the order in which their silence or answer is listed to callers. */
export const PROVIDER_IDS = ["openlibrary", "google-books"] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

/** What one provider says of one edition, normalised; provenance is added when answers are merged. */
export type ProviderBook = Omit<Book, "provider" | "sources" | "updatedAt">;

/**
 * Why a provider could not say whether it knows a book. `breaker_open`, `quota_exhausted` and
 * `budget_spent` are refusals of our own: no call was made, so they never count as an attempt.
 */
export type ProviderFailure =
  | "timeout"
  | "network"
  | "rate_limited"
  | "http_error"
  | "bad_answer"
  | "breaker_open"
  | "quota_exhausted"
  | "budget_spent";

/**
 * One provider's answer for one ISBN. `found` only if the answer's own identifiers hold the ISBN that was
 * asked for; `absent` only if the provider answered, in order, that it has no such book.
 */
export type ProviderAnswer =
  | { kind: "found"; book: ProviderBook }
  | { kind: "absent" }
  | { kind: "failed"; reason: ProviderFailure; retryAfterMs?: number };

/** A live scan goes before everything else; imports and background refreshes take what is left. */
export type Lane = "scan" | "import";
