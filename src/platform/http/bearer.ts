import { DomainError } from "../errors.ts";

/** Two headers arrive as one value with a comma, which a token cannot contain (RFC 6750 2.1, b64token). */
const HEADER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;
/** The longest accepted tokens are identity tokens of external issuers: 2 to 3 KB with many claims. */
const MAX_BEARER_LENGTH = 8192;

/** OpenAPI `security` of a route that requires a token. */
export const BEARER = [{ bearer: [] }];
/** OpenAPI `security` of a route where a token is optional. */
export const OPTIONAL_BEARER = [{}, ...BEARER];

/**
 * Parses an Authorization header.
 * @returns the bearer token
 * @throws DomainError UNAUTHORIZED if the header is missing or is not exactly one bearer token
 */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw missingToken();
  const token = parseBearer(authorization);
  if (token === undefined) throw invalidToken();
  return token;
}

/** The token of an Authorization header; undefined if the header is not exactly one bearer token. */
export function parseBearer(authorization: string): string | undefined {
  return authorization.length <= MAX_BEARER_LENGTH ? HEADER.exec(authorization)?.[1] : undefined;
}

/** The error for a request without a token. */
export function missingToken(): DomainError {
  return new DomainError("UNAUTHORIZED", "Send a token: Authorization: Bearer <token>.");
}

/** The error for every invalid token. It does not reveal the reason, so guessing learns nothing from it. */
export function invalidToken(): DomainError {
  return new DomainError("UNAUTHORIZED", "The token is invalid, expired or revoked.");
}
