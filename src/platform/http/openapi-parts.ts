import type * as z from "zod";
import { PROBLEMS, problemSchema, type ProblemCode } from "../../../contract/problems.ts";
import { defined } from "../defined.ts";

// Types, not interfaces: interfaces lack the index signature that the OpenAPI types require.
type Header = {
  description: string;
  schema: { type: "integer"; minimum: number } | { type: "string" };
};
type Headers = Record<string, Header>;

interface JsonResponse<Schema extends z.ZodType> {
  description: string;
  headers?: Headers;
  content: { "application/json": { schema: Schema } };
}

/** A JSON response of the OpenAPI document, with the headers specific to it. */
export function jsonBody<Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  headers?: Headers,
): JsonResponse<Schema> {
  const content = { "application/json": { schema } };
  return { description, ...defined({ headers }), content };
}

/** On every response that asks the client to retry later. */
export const RETRY_AFTER: Headers = {
  "Retry-After": {
    description: "Whole seconds to wait before retrying",
    schema: { type: "integer", minimum: 1 },
  },
};

const count = (description: string): Header => ({
  description,
  schema: { type: "integer", minimum: 0 },
});
const text = (description: string): Header => ({ description, schema: { type: "string" } });

/** On every response of a route whose class is rate-limited. */
export const RATE_LIMIT_HEADERS: Headers = {
  RateLimit: text('Remaining requests and seconds until the reset: `"search";r=50;t=30`'),
  "RateLimit-Policy": text('The limit and its window in seconds: `"search";q=100;w=60`'),
  "X-RateLimit-Limit": count("Requests allowed per window"),
  "X-RateLimit-Remaining": count("Requests remaining in this window"),
  "X-RateLimit-Reset": count("Seconds until the window ends"),
};

/** On every lookup response. */
export const CACHE_SOURCE: Headers = {
  "X-Cache-Source": text(
    "The tier that answered and the state of its answer: `d1; state=fresh`, `stale`, `known-absent`",
  ),
};

/** On the response to a request with an idempotency key. */
export const REPLAYED: Headers = {
  "Idempotency-Replayed": text("`true` when this replays the first response to the key"),
};

const WWW_AUTHENTICATE: Headers = {
  "WWW-Authenticate": text("`Bearer`, with `error` if a token was sent (RFC 6750)"),
};

/**
 * Problems of a route that requires a bearer token: it is missing or invalid, or lacks the
 * permission.
 */
export const AUTHENTICATED = ["UNAUTHORIZED", "FORBIDDEN"] as const;
/** Problems of a route with a body. */
export const WITH_BODY = ["PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const;

type StatusOf<Code extends ProblemCode> = (typeof PROBLEMS)[Code]["status"];

/**
 * The problem responses of a route that fails with these codes: one entry per status, which lists
 * its codes. A route that rejects a body that is too large also rejects one that arrives too
 * slowly.
 */
export function problems<Given extends ProblemCode>(...given: readonly Given[]) {
  const codes: ProblemCode[] = [...given];
  if (codes.includes("PAYLOAD_TOO_LARGE")) codes.push("REQUEST_TIMEOUT");
  const statuses = new Set(codes.map((code) => PROBLEMS[code].status));
  const entries = [...statuses]
    .sort((a, b) => a - b)
    .map((status) => {
      const own = codes.filter((code) => PROBLEMS[code].status === status);
      const headers = headersOf(own);
      return [
        status,
        {
          description: own.map((code) => `${code}: ${PROBLEMS[code].title}`).join(". "),
          ...(Object.keys(headers).length > 0 ? { headers } : {}),
          content: { "application/problem+json": { schema: problemSchema } },
        },
      ];
    });
  return Object.fromEntries(entries) as Record<
    StatusOf<Given>,
    {
      description: string;
      content: { "application/problem+json": { schema: typeof problemSchema } };
    }
  >;
}

function headersOf(codes: readonly ProblemCode[]): Headers {
  // There is no Retry-After for an unexpected failure: its end cannot be predicted.
  const waits = codes.some((code) => PROBLEMS[code].retryable && code !== "INTERNAL_ERROR");
  return {
    ...(waits ? RETRY_AFTER : {}),
    ...(codes.includes("RATE_LIMIT_EXCEEDED") ? RATE_LIMIT_HEADERS : {}),
    ...(codes.includes("UNAUTHORIZED") ? WWW_AUTHENTICATE : {}),
    ...(codes.includes("BOOK_NOT_FOUND") ? CACHE_SOURCE : {}),
    ...(codes.includes("IDEMPOTENCY_KEY_REUSED") ? REPLAYED : {}),
  };
}
