import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { ProblemCode } from "../../../contract/problems.ts";
import type { Log } from "../log.ts";
import { methodLabel, type AnsweredRequest } from "../metrics/request-meter.ts";
import type { App } from "./context.ts";
import { ALLOWED_HEADERS, EXPOSED_HEADERS } from "./headers.ts";
import { DAY_MS, SECOND_MS } from "../time.ts";

// Middleware of every request. Setting a header, awaiting a promise or calling into the runtime each costs a route that
// responds from memory a few percent of its throughput. Work that only some requests need therefore does not belong here.

/** A caller's own request id is accepted if it is safe to log verbatim. */
const REQUEST_ID = /^[\w=-]{1,100}$/;

/**
 * Routes that do not count as serving users: imports report their own progress and often start with
 * a new account, and monitoring calls the others.
 */
const UNHURRIED = /^\/(?:api\/v2\/(?:imports|users$)|health|metrics)/;

/** Dependencies of `requestRecord`. */
export interface RequestRecordDeps {
  log: Log;
  /** Called after every response. */
  metered(request: AnsweredRequest): void;
  now(): number;
  random(): number;
  newId(): string;
  /** Fraction of the responses below 500 that are logged, 0 to 1. */
  sample: number;
  /**
   * Called for each response that a user waited for.
   * @param account of the user, if the request has one
   */
  served(account?: string): void;
  /** Called for each response that is not logged. */
  leftOut(status: number): void;
}

/** Records every request. */
export interface RequestRecord {
  now(): number;
  /** The caller's `X-Request-Id`, or a new id. */
  idOf(headers: Headers): string;
  /**
   * Counts a response and its duration, and logs it. All 5xx responses are logged, but only a
   * sample of the others: a hot route, or a client that sends only invalid requests, would flood
   * the log.
   */
  answered(
    request: AnsweredRequest,
    requestId: string,
    seen?: { code?: ProblemCode | undefined; account?: string | undefined },
  ): void;
}

/** Counts and logs all requests, including those answered before the router. */
export function requestRecord(deps: RequestRecordDeps): RequestRecord {
  return {
    now: deps.now,
    idOf(headers) {
      const given = headers.get("X-Request-Id");
      return given !== null && REQUEST_ID.test(given) ? given : deps.newId();
    },
    answered(request, requestId, { code, account } = {}) {
      deps.metered(request);
      const { method, route, status, ms } = request;
      if (!UNHURRIED.test(route)) deps.served(account);
      if (status < 500 && deps.random() >= deps.sample) return deps.leftOut(status);
      const write = status >= 500 ? deps.log.error : deps.log.info;
      // The route's pattern, not the path: a log line must not link a caller to a book.
      write("request", { requestId, method: methodLabel(method), route, status, code, ms });
    },
  };
}

/** Assigns the request id and records the request. */
export function requestLog(record: RequestRecord): MiddlewareHandler<App> {
  return async (c, next) => {
    const startedAt = record.now();
    const requestId = record.idOf(c.req.raw.headers);
    c.set("requestId", requestId);
    await next();
    if (!c.get("namesRequest")) {
      c.res.headers.set("X-Request-Id", requestId);
      c.res.headers.set("X-Content-Type-Options", "nosniff");
    }
    const { status } = c.res;
    const { method, routePath: route } = c.req;
    const ms = record.now() - startedAt;
    const caller: { userId?: string } | undefined = c.get("user") ?? c.get("caller");
    const account = caller?.userId;
    record.answered({ method, route, status, ms }, requestId, { code: c.get("problem"), account });
  };
}

/** CORS for the configured origins. A request without `Origin` skips it. */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler<App> {
  const handle = cors({
    origin: [...origins],
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    allowHeaders: [...ALLOWED_HEADERS],
    exposeHeaders: [...EXPOSED_HEADERS],
    maxAge: DAY_MS / SECOND_MS,
  });
  return (c, next) => (c.req.raw.headers.has("Origin") ? handle(c, next) : next());
}
