import type { Problem } from "./schema.ts";

/** What the service says of a failure, beside what every failure says. */
export type ProblemDetails = Readonly<Record<string, unknown>>;

export type ProblemCode = Problem["code"];

/** The service refused, or could not answer. Switch on `code`, or on the class. */
export class BooksTrackError extends Error {
  override readonly name: string = "BooksTrackError";
  /** Codes may be added: treat one that is not known by its `status`. */
  readonly code: ProblemCode | (string & {});
  readonly status: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** Quote it in a report. */
  readonly requestId: string | undefined;
  /** How long to wait before another try, in ms, where the service says so. */
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

/** 400, 413, 415, 422: the request cannot succeed as it is; `issues` says what was wrong where the service says it. */
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

/** 404: `providersChecked` names who was asked for a book. */
export class NotFoundError extends BooksTrackError {
  override readonly name = "NotFoundError";

  get providersChecked(): readonly string[] {
    return strings(this.details["providersChecked"]);
  }
}

/** 409 and 412: something else happened meanwhile, or is happening. */
export class ConflictError extends BooksTrackError {
  override readonly name = "ConflictError";
}

/** 410: this part of the service is gone for good; `successor` says where to go. */
export class GoneError extends BooksTrackError {
  override readonly name = "GoneError";
}

/** 429. */
export class RateLimitedError extends BooksTrackError {
  override readonly name = "RateLimitedError";
}

/** 5xx: try again later; a `retryAfterMs` says when. */
export class UnavailableError extends BooksTrackError {
  override readonly name = "UnavailableError";
}

/** No answer came at all: no network, a connection that broke, or an answer that is not the service's. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** The error for an answer that is not a success. Reads its body. */
export async function errorOf(response: Response): Promise<BooksTrackError> {
  const text = await response.text().catch(() => "");
  const answer = problemOf(response, text);
  return new (classOf(answer.status))(answer);
}

/** How long an answer asks to wait, in ms. The service tells whole seconds; what lies before it may tell a date (RFC 9110). */
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
  // Not the service itself: a proxy, a gateway, a captive portal.
  return {
    ...answer,
    code: `HTTP_${status}`,
    message: `The answer was ${status} ${response.statusText}`.trim(),
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
