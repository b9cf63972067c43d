import type { BookRecord } from "./book-record.ts";
import type { DatedAnswer } from "./merge/merge.ts";

/** The outcome of asking the providers for one ISBN. `providers` maps each provider to its answer or failure. */
export type Resolution =
  | {
      kind: "found";
      record: BookRecord;
      /** Lookups find the book in D1. */
      isStored?: boolean;
      /** What each provider answered, for a caller that prefers one of them. */
      answers?: readonly DatedAnswer[];
    }
  | {
      kind: "absent";
      providersChecked: string[];
      /** Set when a provider could not be asked because its day is spent; `retryAfterSeconds`: until it can be. */
      partial?: { retryAfterSeconds: number };
    }
  | { kind: "unavailable"; providers: Record<string, string>; retryAfterSeconds: number };
