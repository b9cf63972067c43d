import type { Context, Handler, MiddlewareHandler } from "hono";
import { counted } from "../../platform/counted.ts";
import type { Caller } from "../../platform/identity.ts";
import { DomainError } from "../../platform/errors.ts";
import type { ClassLimiter, Decision } from "../domain/limiter.ts";
import type { Policy } from "../domain/policy.ts";
import type { App } from "../../platform/http/context.ts";

/** Header names with their values. */
export type HeaderFields = Readonly<Record<string, string>>;

const NO_FIELDS: HeaderFields = {};

/**
 * The response headers of a decision: the IETF fields (draft-ietf-httpapi-ratelimit-headers-10) and the older
 * `X-RateLimit-*`, all in whole seconds. Empty when the limiter failed open.
 */
export function rateLimitHeaders(decision: Decision): HeaderFields {
  if (decision.kind === "open") return NO_FIELDS;
  const { policy, remaining, resetSeconds } = decision;
  const { rateClass, limit, windowSeconds } = policy;
  return {
    "RateLimit-Policy": `"${rateClass}";q=${limit};w=${windowSeconds}`,
    RateLimit: `"${rateClass}";r=${remaining};t=${resetSeconds}`,
    "X-RateLimit-Limit": String(limit),
    "X-RateLimit-Remaining": String(remaining),
    "X-RateLimit-Reset": String(resetSeconds),
  };
}

/**
 * Counts each request against its caller's limit and sets the rate-limit headers on every response.
 * @param limiter limiter of the route's class; if undefined, nothing is counted and no header is set
 */
export function rateLimit(
  limiter: ClassLimiter | undefined,
  callerOf: (c: Context<App>) => Caller,
): MiddlewareHandler<App> {
  return async (c, next) => {
    if (limiter === undefined) return next();
    const { key } = callerOf(c);
    const fields = admit(c, limiter.tryTake(key) ?? (await limiter.take(key)));
    await next();
    // A rejection by another limit has its own headers.
    if (!c.res.headers.has("RateLimit")) setFields(c, fields);
  };
}

/**
 * `rateLimit` for the handler of a hot route. The handler creates its response with the headers, which costs a twentieth
 * of setting them afterwards.
 */
export function rateLimited(
  limiter: ClassLimiter | undefined,
  callerOf: (c: Context<App>) => Caller,
  handler: (c: Context<App>, caller: Caller, fields: HeaderFields) => Promise<Response>,
): Handler<App> {
  return async (c) => {
    const caller = callerOf(c);
    if (limiter === undefined) return handler(c, caller, NO_FIELDS);
    const fields = admit(c, limiter.tryTake(caller.key) ?? (await limiter.take(caller.key)));
    try {
      return await handler(c, caller, fields);
    } catch (error) {
      // A rejection by another limit has its own headers.
      if (!isRateLimited(error)) setFields(c, fields);
      throw error;
    }
  };
}

/**
 * Rejects a request that is over a limit and sets the rate-limit headers on the problem response.
 * @throws DomainError RATE_LIMIT_EXCEEDED, always
 */
export function refuse(
  c: Context<App>,
  limit: { readonly policy: Policy } | undefined,
  retryAfterSeconds: number,
  detail: string,
): never {
  if (limit) {
    const { policy } = limit;
    const numbers = { remaining: 0, resetSeconds: retryAfterSeconds };
    // Headers set on the context before a handler has responded are part of the error hook's response.
    setFields(c, rateLimitHeaders({ kind: "refused", policy, ...numbers }));
  }
  throw new DomainError("RATE_LIMIT_EXCEEDED", detail, { retryAfterSeconds });
}

/** Returns the headers of a decision. @throws DomainError RATE_LIMIT_EXCEEDED when it is a rejection */
function admit(c: Context<App>, decision: Decision): HeaderFields {
  if (decision.kind !== "refused") return rateLimitHeaders(decision);
  const { policy, resetSeconds } = decision;
  const { limit, windowSeconds } = policy;
  const detail = `The limit is ${counted(limit, "request")} in ${counted(windowSeconds, "second")}.`;
  return refuse(
    c,
    { policy },
    resetSeconds,
    `${detail} Try again in ${counted(resetSeconds, "second")}.`,
  );
}

const isRateLimited = (error: unknown): boolean =>
  error instanceof DomainError && error.code === "RATE_LIMIT_EXCEEDED";

function setFields(c: Context<App>, fields: HeaderFields): void {
  for (const name in fields) c.header(name, fields[name]);
}
