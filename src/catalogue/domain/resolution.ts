import type { BookRecord } from "./book-record.ts";

/** The outcome of asking the providers for one ISBN. `providers` maps each provider to its answer or failure. */
export type Resolution =
  | { kind: "found"; record: BookRecord }
  | { kind: "absent"; providersChecked: string[] }
  | { kind: "unavailable"; providers: Record<string, string>; retryAfterSeconds: number };
