import type { BookData, BookField } from "./merge/book-fields.ts";

/** The providers, in the order in which responses list them. */
export const PROVIDER_IDS = ["openlibrary", "google-books"] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

/** One provider's normalised data for one edition. Provenance is added when answers are merged. */
export type ProviderBook = BookData & {
  /** How many of the provider's users have or rate the book; for ranking only. */
  popularity?: number;
};

/**
 * Why a provider could not answer. `access_denied`: it refuses this deployment, regardless of the
 * question (an invalid or exhausted key, a blocked address). `breaker_open`, `quota_exhausted` and
 * `budget_spent` are our own refusals: no call was made, so they do not count as an attempt.
 */
export type ProviderFailure =
  | "timeout"
  | "network"
  | "rate_limited"
  | "http_error"
  | "bad_answer"
  | "access_denied"
  | "breaker_open"
  | "quota_exhausted"
  | "budget_spent";

/**
 * One provider's answer for one ISBN. `found` only if the identifiers in the answer include the requested ISBN;
 * `absent` only if the provider answered successfully that it has no such book.
 */
export type ProviderAnswer =
  | {
      kind: "found";
      book: ProviderBook;
      /** Blank fields that the provider may have in other records. */
      unanswered?: readonly BookField[];
    }
  | {
      kind: "absent";
      /** Nothing proves that the provider was working, so the absence is valid for minutes only. */
      unproven?: true;
    }
  | ProviderFailed;

/**
 * `unproven`: the answer lacks the canary, or was broken as a whole, and may be right for a part of the batch. `status` is the HTTP status behind `http_error`. No call should be made for
 * `retryAfterMs`.
 */
export interface ProviderFailed {
  kind: "failed";
  reason: ProviderFailure;
  status?: number;
  retryAfterMs?: number;
  unproven?: true;
}

/**
 * A user's search: free `words`, or a title, an author, or both; or the Open Library id of an
 * `edition` (`OL7353617M`) or of a `work` (`OL893415W`), whose editions are wanted. Other providers
 * do not know these ids. `isbn13` is the edition's, if known, because its record may list several.
 * `workRecord` asks for the record of a work itself.
 */
export interface TitleQuery {
  readonly edition?: string;
  readonly isbn13?: string;
  readonly workRecord?: string;
  readonly work?: string;
  /** The URL of an image of this provider, in place of words. */
  readonly image?: string;
  readonly words?: string;
  readonly title?: string;
  readonly author?: string;
  readonly limit: number;
}

/** The fields of a work's record that apply to each of its editions. */
export type WorkFields = Partial<
  Pick<ProviderBook, "description" | "categories" | "firstPublicationYear">
>;

/**
 * One provider's answer to a search. No result is `found` with an empty list. `work` is the record of an asked work, and
 * `image` an asked image.
 */
export type ProviderSearchAnswer =
  | { kind: "found"; books: ProviderBook[]; work?: WorkFields; image?: Uint8Array }
  | ProviderFailed;

/** One provider's HTTP interface. Makes each call immediately and never throws because of a response. */
export interface Provider {
  readonly id: ProviderId;
  /** Maximum number of ISBNs per call. */
  readonly maxBatch: number;
  /** Whether an empty answer proves nothing without a canary in the same call. */
  readonly usesCanaries?: boolean;
  /**
   * One call for at most `maxBatch` ISBN-13s. The result has an entry for each of them. `canary` is an ISBN that the
   * provider is known to have; the call asks for it too.
   */
  lookup(
    isbns: readonly string[],
    options: { timeoutMs: number; canary?: string },
  ): Promise<Map<string, ProviderAnswer>>;
  search(query: TitleQuery, options: { timeoutMs: number }): Promise<ProviderSearchAnswer>;
}

/** Live scans go first; imports and background refreshes use the remaining capacity. */
export type Lane = "scan" | "import";
