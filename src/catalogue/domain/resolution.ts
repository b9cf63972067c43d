import type { BookRecord } from "./book-record.ts";

/** What the providers could settle about one ISBN. `providers` names the answer or the failure of each. */
export type Resolution =
  | { kind: "found"; record: BookRecord }
  | { kind: "absent"; providersChecked: string[] }
  | { kind: "unavailable"; providers: Record<string, string>; retryAfterSeconds: number };
