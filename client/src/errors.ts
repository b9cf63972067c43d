import type { Problem } from "./schema.ts";

/** The body of a problem response, including members specific to its code. */
export type ProblemDetails = Readonly<Record<string, unknown>>;

export type ProblemCode = Problem["code"];

/** The service rejected the request or failed. Switch on `code`, or on the class. */
export class BooksTrackError extends Error {
  override readonly name: string = "BooksTrackError";
  /** New codes may be added: handle an unknown code by its `status`. */
  readonly code: ProblemCode | (string & {});
  readonly status: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** Id to quote in a bug report. */
  readonly requestId: string | undefined;
  /** Delay before the next attempt that the service requests, in ms. */
  readonly retryAfterMs: number | undefined;
  readonly details: ProblemDetails;

  constructor(answer: ProblemAnswer) {
    super(answer.message);
    this.code = answer.code;
    this.status = answer.status;
    this.retryable = answer.retryable;
    this.requestId = answer.requestId;
    this.retryAfterMs = answer.retryAfterMs;
    this.details = answer.details;
  }
}

export interface ProblemAnswer {
  code: string;
  message: string;
  status: number;
  retryable: boolean;
  requestId: string | undefined;
  retryAfterMs: number | undefined;
  details: ProblemDetails;
}

/** 400, 413, 415, 422: the request cannot succeed unchanged. `issues` lists what is wrong, if the service reports it. */
export class InvalidRequestError extends BooksTrackError {
  override readonly name = "InvalidRequestError";

  get issues(): readonly { path: string; message: string }[] {
    const { issues } = this.details;
    return Array.isArray(issues) ? (issues as { path: string; message: string }[]) : [];
  }

  /** ISBNs that the caller may have meant. */
  get suggestions(): readonly string[] {
    return strings(this.details["suggestions"]);
  }
}

/** 401 and 403. */
export class AccessError extends BooksTrackError {
  override readonly name = "AccessError";
}

/** 404. `providersChecked` names the providers that were asked for a book. */
export class NotFoundError extends BooksTrackError {
  override readonly name = "NotFoundError";

  get providersChecked(): readonly string[] {
    return strings(this.details["providersChecked"]);
  }
}

/** 409 and 412: the request conflicts with another change, or with work in progress. */
export class ConflictError extends BooksTrackError {
  override readonly name = "ConflictError";
}

/** 410: this part of the service was removed; `successor` names the replacement. */
export class GoneError extends BooksTrackError {
  override readonly name = "GoneError";
}

/** 429. */
export class RateLimitedError extends BooksTrackError {
  override readonly name = "RateLimitedError";
}

/** 5xx: retry later, after `retryAfterMs` if it is set. */
export class UnavailableError extends BooksTrackError {
  override readonly name = "UnavailableError";
}

/** No usable response: no network, a broken connection, or a response that is not from the service. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** The error for an unsuccessful response. Reads the body. */
export async function errorOf(response: Response): Promise<BooksTrackError> {
  const text = await response.text().catch(() => "");
  const answer = problemOf(response, text);
  return new (classOf(answer.status))(answer);
}

/** The delay that `Retry-After` requests, in ms. The service sends whole seconds; a proxy may send a date (RFC 9110). */
export function retryAfterMsOf(headers: Headers): number | undefined {
  const text = headers.get("Retry-After") ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function problemOf(response: Response, text: string): ProblemAnswer {
  const { status, headers } = response;
  const answer = {
    status,
    requestId: headers.get("X-Request-Id") ?? undefined,
    retryAfterMs: retryAfterMsOf(headers),
  };
  const body = parsed(text);
  if (typeof body?.["code"] === "string") {
    return {
      ...answer,
      code: body["code"],
      message: typeof body["detail"] === "string" ? body["detail"] : body["code"],
      retryable: body["retryable"] === true,
      details: body,
    };
  }
  // Not from the service itself: a proxy, a gateway or a captive portal.
  return {
    ...answer,
    code: `HTTP_${status}`,
    message: `The server responded with ${status} ${response.statusText}`.trim(),
    retryable: status === 429 || status >= 500,
    details: {},
  };
}

function classOf(status: number): new (answer: ProblemAnswer) => BooksTrackError {
  if (status === 401 || status === 403) return AccessError;
  if (status === 404) return NotFoundError;
  if (status === 409 || status === 412) return ConflictError;
  if (status === 410) return GoneError;
  if (status === 429) return RateLimitedError;
  if (status >= 500) return UnavailableError;
  return InvalidRequestError;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null
      ? (body as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
