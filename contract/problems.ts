import * as z from "zod";

/** HTTP representation of a problem code: status, a short title, and whether a retry can succeed. */
export interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
}

const permanent = (status: number, title: string): ProblemDefinition => ({
  status,
  title,
  retryable: false,
});
const transient = (status: number, title: string): ProblemDefinition => ({
  status,
  title,
  retryable: true,
});

/** The only mapping from codes to HTTP statuses. Types, the error mapper and the OpenAPI document derive from it. */
export const PROBLEMS = {
  INVALID_REQUEST: permanent(400, "Invalid request"),
  INVALID_ISBN: permanent(400, "Invalid ISBN"),
  INVALID_CSV: permanent(400, "Invalid CSV file"),
  INVALID_CURSOR: permanent(400, "Invalid cursor"),
  UNAUTHORIZED: permanent(401, "Authentication required"),
  FORBIDDEN: permanent(403, "Forbidden"),
  NOT_FOUND: permanent(404, "Not found"),
  BOOK_NOT_FOUND: permanent(404, "Book not found"),
  JOB_NOT_FOUND: permanent(404, "Job not found"),
  METHOD_NOT_ALLOWED: permanent(405, "Method not allowed"),
  NOT_ACCEPTABLE: permanent(406, "Not acceptable"),
  REQUEST_TIMEOUT: transient(408, "The request body did not arrive in time"),
  CONFLICT: permanent(409, "Conflict with the current state"),
  JOB_NOT_CANCELLABLE: permanent(409, "The job cannot be cancelled"),
  JOB_NOT_UNDOABLE: permanent(409, "The job cannot be undone"),
  LIMIT_REACHED: permanent(409, "Limit reached"),
  IDEMPOTENCY_IN_PROGRESS: transient(409, "The first request with this key is still running"),
  GONE: permanent(410, "No longer available"),
  SYNC_RESET: permanent(410, "Synchronise from the start"),
  KEY_EXPIRED: permanent(410, "The edit is too old"),
  PRECONDITION_FAILED: permanent(412, "The resource has changed"),
  PAYLOAD_TOO_LARGE: permanent(413, "The request body is too large"),
  UNSUPPORTED_MEDIA_TYPE: permanent(415, "Unsupported media type"),
  NOT_A_BOOK_BARCODE: permanent(422, "Not a book barcode"),
  BARCODE_NEEDS_ADDON: permanent(422, "The barcode is missing its add-on"),
  IDEMPOTENCY_KEY_REUSED: permanent(422, "The idempotency key was used for a different request"),
  UPGRADE_REQUIRED: permanent(426, "Upgrade required"),
  RATE_LIMIT_EXCEEDED: transient(429, "Too many requests"),
  QUOTA_EXCEEDED: transient(429, "The quota is used up"),
  TOO_MANY_STREAMS: transient(429, "Too many streams"),
  INTERNAL_ERROR: transient(500, "Internal error"),
  PROVIDERS_UNAVAILABLE: transient(503, "The book providers are unavailable"),
  DATABASE_UNAVAILABLE: transient(503, "The database is unavailable"),
  SERVICE_BUDGET: transient(503, "The service's daily budget is used up"),
  ADMIN_DISABLED: permanent(503, "The admin API is disabled"),
} as const satisfies Record<string, ProblemDefinition>;

/** A code of the table above. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Optional members by code, in addition to the common ones. They appear in the problem and in its `error`. */
export interface ProblemDetails {
  issues?: { path: string; message: string }[];
  suggestions?: string[];
  foundColumns?: string[];
  line?: number;
  providersChecked?: string[];
  providers?: Record<string, string>;
  kind?: "issn" | "ismn" | "product";
  successor?: string;
  minAppVersion?: string;
  partial?: boolean;
  quota?: string;
  limit?: number;
  used?: number;
  share?: "imports" | "young" | "network" | "youngNetwork";
  resetsAt?: string;
}

const codes = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

const detailFields = {
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  suggestions: z.array(z.string()).optional(),
  foundColumns: z.array(z.string()).optional(),
  line: z.int().optional(),
  providersChecked: z.array(z.string()).optional(),
  providers: z.record(z.string(), z.string()).optional(),
  kind: z.enum(["issn", "ismn", "product"]).optional(),
  successor: z.string().optional(),
  minAppVersion: z.string().optional(),
  partial: z.boolean().optional(),
  quota: z.string().optional(),
  limit: z.int().optional(),
  used: z.int().optional(),
  share: z.enum(["imports", "young", "network", "youngNetwork"]).optional(),
  resetsAt: z.iso.datetime().optional(),
};

/** RFC 9457 problem, plus `success` and `error` for apps that are already released. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(codes),
    requestId: z.string(),
    retryable: z.boolean(),
    retryAfter: z.int().optional(),
    success: z.literal(false),
    error: z.object({ code: z.enum(codes), message: z.string(), ...detailFields }),
    ...detailFields,
  })
  .meta({ id: "Problem" });

/** The JSON body of every error response. */
export type Problem = z.infer<typeof problemSchema>;
