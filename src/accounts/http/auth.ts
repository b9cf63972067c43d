import type { MiddlewareHandler } from "hono";
import type { Scope } from "../../../contract/accounts.ts";
import { holdsAll, type TokenVerdict } from "../domain/identity.ts";
import type { Identity } from "../../platform/identity.ts";
import { DomainError } from "../../platform/errors.ts";
import { bearerToken, invalidToken } from "../../platform/http/bearer.ts";
import { addressCaller, userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";

export type { Identity } from "../../platform/identity.ts";

/**
 * Finds out who calls, from the value of the Authorization header.
 * @throws DomainError UNAUTHORIZED without a valid token, DATABASE_UNAVAILABLE when that cannot be established
 */
export type Authenticate = (authorization: string | undefined) => Promise<Identity>;

/** Says who calls, by what `verify` finds out of the bearer token. */
export function bearerAuthentication(
  verify: (token: string) => Promise<TokenVerdict>,
): Authenticate {
  return async (authorization) => {
    const verdict = await verify(bearerToken(authorization));
    if (verdict.kind === "refused") throw invalidToken();
    return verdict.identity;
  };
}

/**
 * Lets through who has a token with all of `scopes` (none: any valid token), and leaves the caller in
 * `c.get("user")`. 401 without a valid token, 403 without a scope.
 */
export function requireUser(
  authenticate: Authenticate,
  ...scopes: readonly Scope[]
): MiddlewareHandler<App> {
  return async (c, next) => {
    const identity = await authenticate(c.req.header("Authorization"));
    requireScopes(identity, scopes);
    c.set("user", identity);
    await next();
  };
}

/**
 * Leaves the caller in `c.get("caller")` on routes that are open to all: the account whose token was sent, else the
 * address. A token that is sent must be valid.
 * @param clientIpHeader the request header that names a caller's address
 */
export function identifyCaller(
  authenticate: Authenticate,
  clientIpHeader: string,
): MiddlewareHandler<App> {
  return async (c, next) => {
    const authorization = c.req.header("Authorization");
    const caller =
      authorization === undefined
        ? addressCaller(c, clientIpHeader)
        : userCaller((await authenticate(authorization)).userId);
    c.set("caller", caller);
    await next();
  };
}

/**
 * Lets a path with `:userId` through for that user alone, on every method alike; stands behind `requireUser`.
 * 403 for anyone else, whether or not that user exists.
 */
export function requireOwner(): MiddlewareHandler<App> {
  return async (c, next) => {
    if (c.req.param("userId") !== c.get("user").userId) {
      throw new DomainError("FORBIDDEN", "A token opens the library of its own user only.");
    }
    await next();
  };
}

/** @throws DomainError FORBIDDEN when a scope is missing */
export function requireScopes(identity: Identity, scopes: readonly Scope[]): void {
  if (holdsAll(identity.scopes, scopes)) return;
  throw new DomainError("FORBIDDEN", `The token lacks the scope ${scopes.join(" ")}.`);
}
