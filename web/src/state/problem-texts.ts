/** Failures in the app's words, by the service's code. */
import { BooksTrackError, ConnectionError } from "../../../client/src/index.ts";
import { StoreError } from "../../../client/src/sync/store.ts";
import { problemText as t } from "./problems/text.ts";
import type { en } from "./problems/en.ts";

type Known = Exclude<keyof typeof en, "offline" | "unknown" | `wait${string}`>;

/** Texts for the codes that a user may encounter. */
const CODES: Readonly<Record<string, Known>> = {
  INVALID_ISBN: "invalidIsbn",
  INVALID_REQUEST: "invalidRequest",
  INVALID_CSV: "invalidFile",
  UNSUPPORTED_MEDIA_TYPE: "invalidFile",
  NOT_FOUND: "notFound",
  JOB_NOT_FOUND: "notFound",
  GONE: "notFound",
  BOOK_NOT_FOUND: "bookNotFound",
  UNAUTHORIZED: "unauthorized",
  FORBIDDEN: "forbidden",
  CONFLICT: "conflict",
  JOB_NOT_CANCELLABLE: "conflict",
  JOB_NOT_UNDOABLE: "conflict",
  LIMIT_REACHED: "limitReached",
  PRECONDITION_FAILED: "changedElsewhere",
  PAYLOAD_TOO_LARGE: "tooLarge",
  NOT_A_BOOK_BARCODE: "notABook",
  BARCODE_NEEDS_ADDON: "needsAddOn",
  RATE_LIMIT_EXCEEDED: "rateLimited",
  TOO_MANY_STREAMS: "rateLimited",
  QUOTA_EXCEEDED: "quotaExceeded",
  SERVICE_BUDGET: "serviceBudget",
  PROVIDERS_UNAVAILABLE: "providersUnavailable",
  DATABASE_UNAVAILABLE: "unavailable",
  INTERNAL_ERROR: "unavailable",
};

/** The text for a problem in a result, such as a refused edit. */
export function textOfProblem({ code, detail }: { code: string; detail?: string }): string {
  const known = CODES[code];
  return known === undefined ? (detail ?? code) : t(known);
}

/** The text for a failure, without the time to try again. Unknown codes show the service's text. */
export function textOfCause(error: unknown): string {
  if (error instanceof ConnectionError) return t("offline");
  if (error instanceof StoreError) {
    return t(error.code === "STORAGE_FULL" ? "storageFull" : "storageFailed");
  }
  if (!(error instanceof BooksTrackError)) return t("unknown");
  return textOfProblem({ code: error.code, detail: error.message });
}

/** The text for a failure, and when to try again. */
export function textOfError(error: unknown): string {
  const text = textOfCause(error);
  if (!(error instanceof BooksTrackError)) return text;
  const seconds = Math.ceil((error.retryAfterMs ?? 0) / 1000);
  return seconds > 0 ? `${text} ${waitText(seconds)}` : text;
}

/** When to try again, in a suitable unit, because daily quotas may be hours away. */
function waitText(seconds: number): string {
  if (seconds <= 120) return t("wait", { count: seconds });
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 120
    ? t("waitMinutes", { count: minutes })
    : t("waitHours", { count: Math.ceil(minutes / 60) });
}

/** The id to quote for failures that the user cannot fix. */
export function requestIdOf(error: unknown): string | undefined {
  if (!(error instanceof BooksTrackError)) return undefined;
  return error.status >= 500 || CODES[error.code] === undefined ? error.requestId : undefined;
}
