import { DomainError } from "../errors.ts";

/** Two headers arrive as one value with a comma in it, which no token holds (RFC 6750 2.1, b64token). */
const HEADER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;
/** Identity tokens of outside issuers are the longest that are taken: 2 to 3 KB with many claims. */
const MAX_BEARER_LENGTH = 8192;

/** `security` of a documented route that takes a token. */
export const BEARER = [{ bearer: [] }];
/** The same for a route that does without one, too. */
export const OPTIONAL_BEARER = [{}, ...BEARER];

/**
 * The one reader of Authorization headers.
 * @returns the token of a Bearer header
 * @throws DomainError UNAUTHORIZED when the header is missing or is not one Bearer token
 */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new DomainError("UNAUTHORIZED", "Send a token: Authorization: Bearer <token>.");
  }
  const token =
    authorization.length <= MAX_BEARER_LENGTH ? HEADER.exec(authorization)?.[1] : undefined;
  if (token === undefined) throw invalidToken();
  return token;
}

/** The one refusal of a token, whatever is wrong with it: a guesser learns nothing from it. */
export function invalidToken(): DomainError {
  return new DomainError("UNAUTHORIZED", "The token is not valid, or not any more.");
}
