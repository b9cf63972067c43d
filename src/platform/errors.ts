import type { ProblemCode, ProblemDetails } from "../../contract/problems.ts";

/**
 * A rejection or a broken invariant that ends a use case. `code` determines status and title. `message` is shown to the
 * caller and therefore never contains a library's error text. `retryAfterSeconds` becomes `Retry-After`.
 */
export class DomainError extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    message: string,
    options: { details?: ProblemDetails; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "DomainError";
    this.code = code;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
