// Written by `npm run client:types` from openapi.json; not to be changed by hand.

export type PartialDate = string;

export interface LookedUpBook {
  isbn: string;
  isbn10?: string;
  title: string;
  subtitle?: string;
  authors: string[];
  authorsDetailed?: {
    name: string;
    role?: string;
    key?: string;
  }[];
  publisher?: string;
  publishedDate?: string;
  publicationYear?: number;
  pageCount?: number;
  language?: string;
  categories: string[];
  description?: string;
  imageLinks?: {
    thumbnail?: string;
    medium?: string;
    large?: string;
  };
  coverUrl?: string;
  identifiers?: {
    [k: string]: string;
  };
  provider: "openlibrary" | "google-books" | "merged" | "import";
  sources: {
    provider: string;
    fetchedAt: string;
    fields: string[];
  }[];
  updatedAt: string;
  _cacheSource: "memory" | "kv" | "d1" | "external_api";
}
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code:
    | "INVALID_REQUEST"
    | "INVALID_ISBN"
    | "INVALID_CSV"
    | "INVALID_CURSOR"
    | "UNAUTHORIZED"
    | "FORBIDDEN"
    | "NOT_FOUND"
    | "BOOK_NOT_FOUND"
    | "JOB_NOT_FOUND"
    | "METHOD_NOT_ALLOWED"
    | "NOT_ACCEPTABLE"
    | "CONFLICT"
    | "JOB_NOT_CANCELLABLE"
    | "JOB_NOT_UNDOABLE"
    | "IDEMPOTENCY_IN_PROGRESS"
    | "GONE"
    | "PRECONDITION_FAILED"
    | "PAYLOAD_TOO_LARGE"
    | "UNSUPPORTED_MEDIA_TYPE"
    | "NOT_A_BOOK_BARCODE"
    | "BARCODE_NEEDS_ADDON"
    | "IDEMPOTENCY_KEY_REUSED"
    | "UPGRADE_REQUIRED"
    | "RATE_LIMIT_EXCEEDED"
    | "TOO_MANY_STREAMS"
    | "INTERNAL_ERROR"
    | "PROVIDERS_UNAVAILABLE"
    | "DATABASE_UNAVAILABLE"
    | "ADMIN_DISABLED";
  requestId: string;
  retryable: boolean;
  retryAfter?: number;
  success: false;
  error: {
    code:
      | "INVALID_REQUEST"
      | "INVALID_ISBN"
      | "INVALID_CSV"
      | "INVALID_CURSOR"
      | "UNAUTHORIZED"
      | "FORBIDDEN"
      | "NOT_FOUND"
      | "BOOK_NOT_FOUND"
      | "JOB_NOT_FOUND"
      | "METHOD_NOT_ALLOWED"
      | "NOT_ACCEPTABLE"
      | "CONFLICT"
      | "JOB_NOT_CANCELLABLE"
      | "JOB_NOT_UNDOABLE"
      | "IDEMPOTENCY_IN_PROGRESS"
      | "GONE"
      | "PRECONDITION_FAILED"
      | "PAYLOAD_TOO_LARGE"
      | "UNSUPPORTED_MEDIA_TYPE"
      | "NOT_A_BOOK_BARCODE"
      | "BARCODE_NEEDS_ADDON"
      | "IDEMPOTENCY_KEY_REUSED"
      | "UPGRADE_REQUIRED"
      | "RATE_LIMIT_EXCEEDED"
      | "TOO_MANY_STREAMS"
      | "INTERNAL_ERROR"
      | "PROVIDERS_UNAVAILABLE"
      | "DATABASE_UNAVAILABLE"
      | "ADMIN_DISABLED";
    message: string;
    issues?: {
      path: string;
      message: string;
    }[];
    suggestions?: string[];
    foundColumns?: string[];
    line?: number;
    providersChecked?: string[];
    providers?: {
      [k: string]: string;
    };
    kind?: "issn" | "ismn" | "product";
    successor?: string;
    minAppVersion?: string;
  };
  issues?: {
    path: string;
    message: string;
  }[];
  suggestions?: string[];
  foundColumns?: string[];
  line?: number;
  providersChecked?: string[];
  providers?: {
    [k: string]: string;
  };
  kind?: "issn" | "ismn" | "product";
  successor?: string;
  minAppVersion?: string;
}
export interface Book {
  isbn: string;
  isbn10?: string;
  title: string;
  subtitle?: string;
  authors: string[];
  authorsDetailed?: {
    name: string;
    role?: string;
    key?: string;
  }[];
  publisher?: string;
  publishedDate?: string;
  publicationYear?: number;
  pageCount?: number;
  language?: string;
  categories: string[];
  description?: string;
  imageLinks?: {
    thumbnail?: string;
    medium?: string;
    large?: string;
  };
  coverUrl?: string;
  identifiers?: {
    [k: string]: string;
  };
  provider: "openlibrary" | "google-books" | "merged" | "import";
  sources: {
    provider: string;
    fetchedAt: string;
    fields: string[];
  }[];
  updatedAt: string;
}
export interface EnrichedBook {
  isbn: string;
  isbn10?: string;
  title: string;
  subtitle?: string;
  authors: string[];
  authorsDetailed?: {
    name: string;
    role?: string;
    key?: string;
  }[];
  publisher?: string;
  publishedDate?: string;
  publicationYear?: number;
  pageCount?: number;
  language?: string;
  categories: string[];
  description?: string;
  imageLinks?: {
    thumbnail?: string;
    medium?: string;
    large?: string;
  };
  coverUrl?: string;
  identifiers?: {
    [k: string]: string;
  };
  provider: "openlibrary" | "google-books" | "merged" | "import";
  sources: {
    provider: string;
    fetchedAt: string;
    fields: string[];
  }[];
  updatedAt: string;
  _cacheSource: "memory" | "kv" | "d1" | "external_api";
  /**
   * Time of this response
   */
  enrichedAt: string;
}
export interface EnrichRequest {
  /**
   * Raw scanner output: EAN-13, UPC-A with its add-on, GTIN-14 or GS1, including prefixes, add-ons and line ends
   */
  barcode?: string;
  /**
   * An ISBN-10 or ISBN-13, instead of `barcode`
   */
  isbn?: string;
  /**
   * Alternative to the Idempotency-Key header
   */
  idempotency_key?: string;
  /**
   * Alias of `idempotency_key`
   */
  idempotencyKey?: string;
  /**
   * The provider to ask first if the service has to ask one. Its values win where the providers disagree
   */
  preferProvider?: "openlibrary" | "google-books";
  /**
   * Ask the providers again. Counts as a lookup that reaches a provider, even with a token. If no provider can confirm the book now, the response is the stored book with `state=stale`
   */
  refresh?: boolean;
}
export interface CreatedAccount {
  userId: string;
  token: string;
  scopes: ("library:read" | "library:write" | "imports")[];
  expiresAt: string;
  recoveryCode: string;
}
export interface IssuedToken {
  userId: string;
  token: string;
  scopes: ("library:read" | "library:write" | "imports")[];
  expiresAt: string;
}
export interface IssueTokenRequest {
  userId?: string;
  recoveryCode?: string;
  identityToken?: string;
  /**
   * @minItems 1
   * @maxItems 3
   */
  scopes?:
    | ["library:read" | "library:write" | "imports"]
    | ["library:read" | "library:write" | "imports", "library:read" | "library:write" | "imports"]
    | [
        "library:read" | "library:write" | "imports",
        "library:read" | "library:write" | "imports",
        "library:read" | "library:write" | "imports"
      ];
}
export interface LinkedIdentity {
  userId: string;
  issuer: string;
  linkedAt: string;
}
export interface LinkIdentityRequest {
  identityToken: string;
}
export interface Capabilities {
  version: string;
  limits: {
    /**
     * Maximum rows per import
     */
    rows: number;
    /**
     * Maximum file size per import, in bytes
     */
    bytes: number;
    /**
     * Requests per minute by class; a missing class has no limit
     */
    rates: {
      [k: string]: number;
    };
  };
  /**
   * File formats that can be imported
   */
  formats: string[];
  /**
   * Features by name, on or off for this caller; treat a missing name as off
   */
  features: {
    [k: string]: boolean;
  };
  /**
   * Notices to show to users of this `X-Client-Version`; may be empty
   */
  notices: Notice[];
}
export interface Notice {
  /**
   * Identifies the subject; an open set
   */
  code: string;
  /**
   * `warning`: a feature is about to be removed; `critical`: it is removed, and this version needs it
   */
  level: "info" | "warning" | "critical";
  /**
   * Human-readable text
   */
  message: string;
  /**
   * Link to more information
   */
  url?: string;
  /**
   * The first version of the app that is not affected
   */
  minAppVersion?: string;
  /**
   * Time of the removal
   */
  sunsetAt?: string;
}
export interface RunStarted {
  runId: string;
  status: "not_started" | "running" | "paused" | "completed" | "failed" | "cancelled";
}
export interface MigrationStatus {
  shapes: {
    [k: string]: number;
  };
  reasons: {
    [k: string]: number;
  };
  status: "not_started" | "running" | "paused" | "completed" | "failed" | "cancelled";
  runId?: string;
  prefix?: string;
  listed: number;
  cursor?: string;
  lastProcessedKey?: string;
  keysPerSecond?: number;
  etaSeconds?: number;
  startedAt?: string;
  finishedAt?: string;
  timestamp: string;
  error?: string;
  dryRun: boolean;
  migrated: number;
  unchanged: number;
  skipped: number;
  failed: number;
  totalMigrated: number;
  totalErrors: number;
  estimatedSeconds?: number;
  firstFailures: MigrationError[];
}
export interface MigrationError {
  runId: string;
  key: string;
  reason: string;
  differences?: {
    field: string;
    kv?: string;
    row?: string;
  }[];
  at: string;
}
export interface ValidationStatus {
  shapes: {
    [k: string]: number;
  };
  reasons: {
    [k: string]: number;
  };
  status: "not_started" | "running" | "paused" | "completed" | "failed" | "cancelled";
  runId?: string;
  prefix?: string;
  listed: number;
  cursor?: string;
  lastProcessedKey?: string;
  keysPerSecond?: number;
  etaSeconds?: number;
  startedAt?: string;
  finishedAt?: string;
  timestamp: string;
  error?: string;
  same: number;
  superseded: number;
  skipped: number;
  different: number;
  differences: {
    missing: number;
    differs: number;
    columnVsBlob: number;
  };
  valid?: boolean;
  firstDifferences: MigrationError[];
}
export interface MigrationErrors {
  items: MigrationError[];
  nextCursor?: string;
}
export interface Flag {
  name: string;
  state:
    | boolean
    | {
        percentage: number;
        /**
         * @maxItems 1000
         */
        allow?: string[];
      };
  source: "kv" | "default";
}
export interface CacheMetrics {
  keys: number;
  hits: number;
  misses: number;
  hitRate?: number;
  items: {
    key: string;
    hits: number;
    misses: number;
    lastAccessed: string;
    sizeBytes?: number;
    ttlSeconds?: number;
  }[];
}
export interface CacheDropped {
  isbn: string;
  dropped: string[];
  kept: string[];
}
export interface DeadLetters {
  items: DeadLetter[];
  nextCursor?: string;
}
export interface DeadLetter {
  id: string;
  queue: "refresh" | "imports";
  /**
   * The original message
   */
  body?: {
    [k: string]: unknown;
  };
  attempts: number;
  failedAt: string;
  retriedAt?: string;
}
export interface Deprecations {
  items: Deprecation[];
  nextCursor?: string;
}
export interface Deprecation {
  /**
   * The `code` of its notice, such as LEGACY_WEBSOCKET
   */
  id: string;
  state: "current" | "deprecated" | "gone";
  deprecatedAt?: string;
  sunsetAt?: string;
  successor: string;
  minAppVersion: string;
  uses: number;
  /**
   * Most frequent users first
   */
  clients: VersionUses[];
}
export interface VersionUses {
  /**
   * Such as `ios/3.2.0`. `other` covers invalid versions, and those beyond the 100 that are counted separately
   */
  clientVersion: string;
  uses: number;
  firstUsedAt: string;
  lastUsedAt: string;
}
export interface LibraryBook {
  /**
   * ISBN-13, or `local-...` for a book without one
   */
  isbn: string;
  isbn10?: string;
  title: string;
  subtitle?: string;
  authors: string[];
  authorsDetailed?: {
    name: string;
    role?: string;
    key?: string;
  }[];
  publisher?: string;
  publishedDate?: string;
  publicationYear?: number;
  pageCount?: number;
  language?: string;
  categories: string[];
  description?: string;
  imageLinks?: {
    thumbnail?: string;
    medium?: string;
    large?: string;
  };
  coverUrl?: string;
  identifiers?: {
    [k: string]: string;
  };
  provider: "openlibrary" | "google-books" | "merged" | "import";
  sources: {
    provider: string;
    fetchedAt: string;
    fields: string[];
  }[];
  updatedAt: string;
  status?: "want_to_read" | "reading" | "completed" | "paused" | "abandoned";
  rating?: number;
  review?: string;
  notes?: string;
  tags: string[];
  readings: Reading[];
  addedAt: string;
  /**
   * False while the book's data comes only from the user's own file or input
   */
  confirmed: boolean;
  /**
   * The import that added the book
   */
  source?: string;
  extra?: {
    [k: string]: string;
  };
}
export interface Reading {
  startedAt?: PartialDate;
  finishedAt?: PartialDate;
}
export interface LibraryStats {
  books: number;
  byStatus: {
    want_to_read: number;
    reading: number;
    completed: number;
    paused: number;
    abandoned: number;
    none: number;
  };
  ratings: {
    rating: number;
    count: number;
  }[];
  /**
   * Average over rated books only
   */
  averageRating?: number;
  /**
   * Finished read-throughs
   */
  readings: number;
  /**
   * Pages of those read-throughs, where the page count is known
   */
  pages: number;
  /**
   * The year that `byMonth` covers
   */
  year: number;
  byMonth: {
    month: number;
    books: number;
    readings: number;
    pages: number;
  }[];
  byYear: {
    year: number;
    books: number;
    readings: number;
    pages: number;
  }[];
  topAuthors: {
    name: string;
    books: number;
  }[];
  categories: {
    name: string;
    books: number;
  }[];
  languages: {
    language: string;
    books: number;
  }[];
}
export interface ReviewItem {
  id: string;
  jobId: string;
  /**
   * Record number in the file; the header is 1
   */
  row: number;
  title?: string;
  authors: string[];
  /**
   * The row's cells by column
   */
  raw: {
    [k: string]: string;
  };
  reason: {
    code: string;
    text: string;
  };
  candidates: {
    isbn: string;
    title: string;
    authors: string[];
    score: number;
  }[];
}
export interface ResolveReviewRequest {
  isbn?: string;
  keep?: true;
}
export interface AddBookRequest {
  isbn?: string;
  title?: string;
  /**
   * @maxItems 50
   */
  authors?: string[];
  subtitle?: string;
  publisher?: string;
  publishedDate?: PartialDate;
  publicationYear?: number;
  pageCount?: number;
  language?: string;
  /**
   * @maxItems 50
   */
  categories?: string[];
  description?: string;
  status?: "want_to_read" | "reading" | "completed" | "paused" | "abandoned";
  rating?: number;
  review?: string;
  notes?: string;
  /**
   * @maxItems 100
   */
  tags?: string[];
  /**
   * @maxItems 200
   */
  readings?: {
    startedAt?: PartialDate;
    finishedAt?: PartialDate;
  }[];
}
export interface ChangeBookRequest {
  status?: "want_to_read" | "reading" | "completed" | "paused" | "abandoned" | null;
  rating?: number | null;
  review?: string | null;
  notes?: string | null;
  /**
   * @maxItems 100
   */
  tags?: string[] | null;
  /**
   * @maxItems 200
   */
  readings?:
    | {
        startedAt?: PartialDate;
        finishedAt?: PartialDate;
      }[]
    | null;
  title?: string;
  /**
   * @maxItems 50
   */
  authors?: string[] | null;
  subtitle?: string | null;
  publisher?: string | null;
  publishedDate?: PartialDate & (string | null);
  publicationYear?: number | null;
  pageCount?: number | null;
  language?: string | null;
  /**
   * @maxItems 50
   */
  categories?: string[] | null;
  description?: string | null;
}
export interface ImportAccepted {
  jobId: string;
  status: "queued";
  format: string;
  formatConfidence: number;
  totalRows: number;
  statusUrl: string;
  streamUrl: string;
  createdAt: string;
}
export interface ImportOptions {
  dryRun?: boolean;
  mode?: "merge" | "overwrite";
  format?: string;
  /**
   * Field name by column of the file
   */
  mapping?: {
    [k: string]: string;
  };
  enrich?: boolean;
}
export interface ImportRow {
  /**
   * Record number in the file; the header is 1
   */
  row: number;
  /**
   * Line in the file
   */
  line: number;
  outcome: "created" | "updated" | "unchanged" | "needsReview" | "invalid" | "notProcessed";
  isbn?: string;
  title?: string;
  reason?: {
    code: string;
    text: string;
  };
  /**
   * Values that were corrected or left out
   */
  notes: {
    code: string;
    text: string;
  }[];
  matchedBy?: "isbn13" | "isbn10" | "titleAuthor";
  score?: number;
  enrichment?: "done" | "pending" | "notFound" | "deferred";
  undo?: "reverted" | "changedSince";
}
export interface ImportSnapshot {
  jobId: string;
  status: "queued" | "processing" | "completed" | "failed" | "cancelled" | "previewed" | "undone";
  phase: "shelving" | "enriching";
  attempt: number;
  seq: number;
  progress: number;
  totalRows: number;
  processedRows: number;
  outcomes: ImportOutcomes;
  enrichment: ImportEnrichment;
  message: string;
  format: string;
  mode: "merge" | "overwrite";
  dryRun: boolean;
  currentTitle?: string;
  rowsPerSecond?: number;
  etaSeconds?: number;
  streamUrl: string;
  createdAt: string;
  startedAt?: string;
  completedAt?: string;
  error?: {
    code: string;
    text: string;
  };
}
/**
 * Rows by outcome; the counts add up to totalRows
 */
export interface ImportOutcomes {
  created: number;
  updated: number;
  unchanged: number;
  needsReview: number;
  invalid: number;
  notProcessed: number;
}
/**
 * Books of the file by result of their provider lookup
 */
export interface ImportEnrichment {
  done: number;
  pending: number;
  notFound: number;
  deferred: number;
}
