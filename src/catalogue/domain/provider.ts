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
  | ProviderFailed;

/** `status` is the HTTP status behind `http_error`; `retryAfterMs` is how long to leave the provider alone. */
export interface ProviderFailed {
  kind: "failed";
  reason: ProviderFailure;
  status?: number;
  retryAfterMs?: number;
}

/**
 * A search, as a reader types it: `words` of whatever kind, or a title, an author, or both. Or the id that Open Library
 * has given to an `edition` (`OL7353617M`), of which others know nothing.
 */
export interface TitleQuery {
  readonly edition?: string;
  readonly words?: string;
  readonly title?: string;
  readonly author?: string;
  readonly limit: number;
}

/** One provider's answer to a search; no hit is `found` with an empty list. */
export type ProviderSearchAnswer = { kind: "found"; books: ProviderBook[] } | ProviderFailed;

/** One provider's HTTP interface: makes the call that it is told to make, at once, and never throws for what comes back. */
export interface Provider {
  readonly id: ProviderId;
  /** How many ISBNs one call may carry. */
  readonly maxBatch: number;
  /** One call for at most `maxBatch` ISBN-13s; an entry for each of them. */
  lookup(
    isbns: readonly string[],
    options: { timeoutMs: number },
  ): Promise<Map<string, ProviderAnswer>>;
  search(query: TitleQuery, options: { timeoutMs: number }): Promise<ProviderSearchAnswer>;
}

/** A live scan goes before everything else; imports and background refreshes take what is left. */
export type Lane = "scan" | "import";
