export { createClient, type BooksTrackClient, type ClientOptions } from "./client.ts";
export type { Accounts } from "./accounts.ts";
export { DEFAULT_RETRIES, type RetryPolicy } from "./backoff.ts";
export type { Catalogue, EnrichOptions, FoundBooks, SearchQuery } from "./catalogue.ts";
export {
  AccessError,
  BooksTrackError,
  ConflictError,
  ConnectionError,
  GoneError,
  InvalidRequestError,
  NotFoundError,
  RateLimitedError,
  UnavailableError,
  type ProblemCode,
} from "./errors.ts";
export type { ImportFile, Imports, Page, RowFilter, RowQuery, StartOptions } from "./imports.ts";
export type {
  BulkReview,
  BulkReviewResult,
  ExportFormat,
  BookOf,
  Library,
  LibraryFilter,
  LibraryPage,
  LibraryQuery,
  ReviewPage,
} from "./library.ts";
export { createOperator, type FlagState, type Operator } from "./operator.ts";
export { hasEnded, type Channel, type Progress } from "./progress.ts";
export type { ReadingLife } from "./reading-life.ts";
export type * from "./schema.ts";
export type { SyncApi } from "./sync/types.ts";
