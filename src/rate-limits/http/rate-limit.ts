import type { Context, Handler, MiddlewareHandler } from "hono";
import type { Caller } from "../../platform/identity.ts";
import { DomainError } from "../../platform/errors.ts";
import type { ClassLimiter, Decision } from "../domain/limiter.ts";
import type { Policy } from "../domain/policy.ts";
import type { App } from "../../platform/http/context.ts";

/** Header names with their values. */
export type HeaderFields = Readonly<Record<string, string>>;

const NO_FIELDS: HeaderFields = {};

/**
 * What a decision tells the caller: the IETF's fields (draft-ietf-httpapi-ratelimit-headers-10) and the older ones,
 * all in whole seconds. Nothing when the limiter could not say.
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
 * Counts each request against its caller's limit, and puts the headers on whatever answer it gets.
 * @param limiter that of the route's class; none counts nothing and sets no header
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
    // Another limit's refusal speaks for itself.
    if (!c.res.headers.has("RateLimit")) setFields(c, fields);
  };
}

/**
 * The same around one handler of a hot route: the handler puts the headers into the one response that it makes, which
 * costs a twentieth of setting them on it afterwards.
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
      // Another limit's refusal speaks for itself.
      if (!isRefusal(error)) setFields(c, fields);
      throw error;
    }
  };
}

/**
 * Refuses a request that is over a limit: the problem says so in its headers too.
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
    // What is set on the context before a handler has answered goes into the problem that the error hook makes.
    setFields(c, rateLimitHeaders({ kind: "refused", policy, ...numbers }));
  }
  throw new DomainError("RATE_LIMIT_EXCEEDED", detail, { retryAfterSeconds });
}

/** The headers of a decision; throws when it is a refusal. */
function admit(c: Context<App>, decision: Decision): HeaderFields {
  if (decision.kind !== "refused") return rateLimitHeaders(decision);
  const { policy, resetSeconds } = decision;
  const { limit, windowSeconds } = policy;
  const detail = `At most ${limit} requests in ${windowSeconds} seconds are allowed here.`;
  return refuse(c, { policy }, resetSeconds, `${detail} Try again in ${resetSeconds} seconds.`);
}

const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError && error.code === "RATE_LIMIT_EXCEEDED";

function setFields(c: Context<App>, fields: HeaderFields): void {
  for (const name in fields) c.header(name, fields[name]);
}
