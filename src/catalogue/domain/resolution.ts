import type { BookRecord } from "./book-record.ts";
import type { DatedAnswer } from "./merge/merge.ts";

/** The outcome of asking the providers for one ISBN. `providers` maps each provider to its answer or failure. */
export type Resolution =
  | {
      kind: "found";
      record: BookRecord;
      /** Lookups find the book in D1. */
      isStored?: boolean;
      /** The answer of each provider, for a caller that prefers one of them. */
      answers?: readonly DatedAnswer[];
    }
  | {
      kind: "absent";
      providersChecked: string[];
      /**
       * Set when a provider could not be queried because its daily quota is used up;
       * `retryAfterSeconds`: the time until it can be.
       */
      partial?: { retryAfterSeconds: number };
    }
  | { kind: "unavailable"; providers: Record<string, string>; retryAfterSeconds: number };
