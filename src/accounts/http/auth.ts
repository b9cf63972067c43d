import type { Context, MiddlewareHandler } from "hono";
import type { Scope } from "../../../contract/accounts.ts";
import { holdsAll, type TokenVerdict } from "../domain/identity.ts";
import type { Identity } from "../../platform/identity.ts";
import { DomainError } from "../../platform/errors.ts";
import { invalidToken, missingToken, parseBearer } from "../../platform/http/bearer.ts";
import { addressCaller, userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import type { FailedLogins } from "../../rate-limits/module.ts";

export type { Identity } from "../../platform/identity.ts";

/**
 * Authenticates the value of the Authorization header.
 * @param c the request; its address is blocked after too many failures. Undefined for work without
 * a request
 * @throws DomainError UNAUTHORIZED without a valid token, RATE_LIMIT_EXCEEDED, DATABASE_UNAVAILABLE
 * when the token cannot be checked
 */
export type Authenticate = (
  authorization: string | undefined,
  c?: Context<App>,
) => Promise<Identity>;

/** The limit on failed tokens of an address. */
export interface TokenFailures {
  logins: FailedLogins;
  /** Whether this isolate has verified the token before. */
  wasVerified(token: string): Promise<boolean>;
}

/** Authenticates requests by verifying their bearer token. */
export function bearerAuthentication(
  verify: (token: string) => Promise<TokenVerdict>,
  failures?: TokenFailures,
): Authenticate {
  const check = async (token: string | undefined): Promise<Identity | undefined> => {
    const verdict = token === undefined ? undefined : await verify(token);
    return verdict?.kind === "valid" ? verdict.identity : undefined;
  };
  return async (authorization, c) => {
    if (authorization === undefined) throw missingToken();
    const token = parseBearer(authorization);
    const identity =
      c && failures
        ? await failures.logins.attempt(
            c,
            () => check(token),
            async () => token !== undefined && failures.wasVerified(token),
          )
        : await check(token);
    if (identity === undefined) throw invalidToken();
    return identity;
  };
}

/**
 * Requires a token with all of `scopes` (if empty, any valid token) and sets `c.get("user")`. Responds with 401 without a
 * valid token and with 403 if a scope is missing.
 */
export function requireUser(
  authenticate: Authenticate,
  ...scopes: readonly Scope[]
): MiddlewareHandler<App> {
  return async (c, next) => {
    const identity = await authenticate(c.req.header("Authorization"), c);
    requireScopes(identity, scopes);
    c.set("user", identity);
    await next();
  };
}

/**
 * Sets `c.get("caller")` on public routes: the account if a token was sent, otherwise the address. A token that is sent
 * must be valid.
 * @param clientIpHeader the request header with the client's address
 */
export function identifyCaller(
  authenticate: Authenticate,
  clientIpHeader: string | undefined,
): MiddlewareHandler<App> {
  return async (c, next) => {
    const authorization = c.req.header("Authorization");
    const caller =
      authorization === undefined
        ? addressCaller(c, clientIpHeader)
        : userCaller((await authenticate(authorization, c)).userId);
    c.set("caller", caller);
    await next();
  };
}

/**
 * Requires that the path's `:userId` is the authenticated user, for every method; used after `requireUser`. Responds with
 * 403 otherwise, whether or not that user exists.
 */
export function requireOwner(): MiddlewareHandler<App> {
  return async (c, next) => {
    if (c.req.param("userId") !== c.get("user").userId) {
      throw new DomainError("FORBIDDEN", "A token grants access only to its own user's library.");
    }
    await next();
  };
}

/** @throws DomainError FORBIDDEN if a scope is missing */
export function requireScopes(identity: Identity, scopes: readonly Scope[]): void {
  if (holdsAll(identity.scopes, scopes)) return;
  throw new DomainError(
    "FORBIDDEN",
    `The token lacks a required scope. Required: ${scopes.join(" ")}.`,
  );
}
