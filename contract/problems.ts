import * as z from "zod";

/** What a problem code means on the wire: HTTP status, a short title, and whether trying again can help. */
export interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
}

const once = (status: number, title: string): ProblemDefinition => ({
  status,
  title,
  retryable: false,
});
const again = (status: number, title: string): ProblemDefinition => ({
  status,
  title,
  retryable: true,
});

/** The one table in which a code meets a status. Types, the mapper and the OpenAPI document derive from it. */
export const PROBLEMS = {
  INVALID_REQUEST: once(400, "The request is not valid"),
  INVALID_ISBN: once(400, "Not a valid ISBN"),
  INVALID_CSV: once(400, "Not a usable CSV file"),
  INVALID_CURSOR: once(400, "Not a valid cursor"),
  UNAUTHORIZED: once(401, "Authentication is required"),
  FORBIDDEN: once(403, "Not allowed"),
  NOT_FOUND: once(404, "Not found"),
  BOOK_NOT_FOUND: once(404, "No such book"),
  JOB_NOT_FOUND: once(404, "No such job"),
  METHOD_NOT_ALLOWED: once(405, "Method not allowed"),
  NOT_ACCEPTABLE: once(406, "Not acceptable"),
  CONFLICT: once(409, "Conflict with the current state"),
  JOB_NOT_CANCELLABLE: once(409, "The job cannot be cancelled"),
  JOB_NOT_UNDOABLE: once(409, "The job cannot be undone"),
  IDEMPOTENCY_IN_PROGRESS: again(409, "The first request with this key is still running"),
  GONE: once(410, "No longer available"),
  PRECONDITION_FAILED: once(412, "The resource has changed"),
  PAYLOAD_TOO_LARGE: once(413, "The request body is too large"),
  UNSUPPORTED_MEDIA_TYPE: once(415, "Unsupported media type"),
  NOT_A_BOOK_BARCODE: once(422, "Not the barcode of a book"),
  BARCODE_NEEDS_ADDON: once(422, "The barcode needs its add-on"),
  IDEMPOTENCY_KEY_REUSED: once(422, "The idempotency key belongs to another request"),
  UPGRADE_REQUIRED: once(426, "Upgrade required"),
  RATE_LIMIT_EXCEEDED: again(429, "Too many requests"),
  TOO_MANY_STREAMS: again(429, "Too many streams"),
  INTERNAL_ERROR: again(500, "Something went wrong here"),
  PROVIDERS_UNAVAILABLE: again(503, "The book providers cannot be asked now"),
  DATABASE_UNAVAILABLE: again(503, "The database cannot be reached now"),
  ADMIN_DISABLED: once(503, "Administration is switched off"),
} as const satisfies Record<string, ProblemDefinition>;

/** A code of the table above. */
export type ProblemCode = keyof typeof PROBLEMS;

/** What each code may carry beside the common members; merged into the problem and into its `error`. */
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
};

/** RFC 9457 problem, plus `success` and `error` for the apps already in the field. */
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

/** The JSON body of every answer that is not a success. */
export type Problem = z.infer<typeof problemSchema>;
