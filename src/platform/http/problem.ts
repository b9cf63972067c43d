import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { PROBLEMS, type Problem, type ProblemCode } from "../../../contract/problems.ts";
import { defined } from "../defined.ts";
import { DomainError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { App } from "./context.ts";

/** The HTTP exceptions that Hono's validators throw: problem code and detail by status. */
const REFUSALS: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  400: [
    "INVALID_REQUEST",
    "The request could not be parsed. Send well-formed, uncompressed JSON in UTF-8 with its Content-Type.",
  ],
  415: [
    "UNSUPPORTED_MEDIA_TYPE",
    "The body must be JSON. Send it with Content-Type: application/json.",
  ],
};

/** The `type` URI of a problem. */
export function problemType(code: ProblemCode): string {
  return `urn:bookstrack:problem:${code.toLowerCase().replaceAll("_", "-")}`;
}

/** Maps a failure to an RFC 9457 response. The released apps need `success` and `error`. */
export function problemResponse(c: Context<App>, failure: DomainError): Response {
  const { status, title, retryable } = PROBLEMS[failure.code];
  const { details, retryAfterSeconds } = failure;
  c.set("problem", failure.code);
  const problem: Problem = {
    type: problemType(failure.code),
    title,
    status,
    detail: failure.message,
    instance: c.req.path,
    code: failure.code,
    requestId: c.get("requestId"),
    retryable,
    ...defined({ retryAfter: retryAfterSeconds }),
    ...details,
    success: false,
    error: { code: failure.code, message: failure.message, ...details },
  };
  const headers: Record<string, string> = {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
  };
  if (retryAfterSeconds !== undefined) headers["Retry-After"] = String(retryAfterSeconds);
  if (status === 401) {
    // RFC 6750 3.1: the error attribute is sent only if the request had a token.
    const named = c.req.header("Authorization") === undefined ? "" : ' error="invalid_token"';
    headers["WWW-Authenticate"] = `Bearer${named}`;
  }
  return c.body(JSON.stringify(problem), status as ContentfulStatusCode, headers);
}

/** Converts anything thrown to a DomainError. An unexpected error reveals nothing to the caller. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const refusal = error instanceof HTTPException ? REFUSALS[error.status] : undefined;
  if (refusal) return new DomainError(...refusal, { cause: error });
  return new DomainError(
    "INTERNAL_ERROR",
    "An unexpected error occurred. Include the request id when you report it.",
    {
      cause: error,
    },
  );
}

/**
 * Hono's error hook: responds with a problem, and logs unexpected errors in full.
 * @param holdBack resolves when a request over a limit may be refused
 */
export function onError(log: Log, holdBack: () => Promise<void> = async () => undefined) {
  return async (error: Error, c: Context<App>): Promise<Response> => {
    const failure = toDomainError(error);
    if (failure.code === "INTERNAL_ERROR") {
      log.error("unexpected", {
        requestId: c.get("requestId"),
        method: c.req.method,
        route: c.req.routePath,
        error: failure.cause ?? failure,
      });
    }
    if (failure.code === "RATE_LIMIT_EXCEEDED") await holdBack();
    return problemResponse(c, failure);
  };
}
