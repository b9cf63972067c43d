import type { MiddlewareHandler } from "hono";
import type { Log } from "../observability/log.ts";
import type { App } from "./context.ts";

/** Logs every failed request, and a share of the successes: a hot route would drown everything else. */
export function accessLog(deps: {
  log: Log;
  now(): number;
  random(): number;
  sample: number;
}): MiddlewareHandler<App> {
  return async (c, next) => {
    const startedAt = deps.now();
    await next();
    const { status } = c.res;
    if (status < 400 && deps.random() >= deps.sample) return;
    const write = status >= 500 ? deps.log.error : deps.log.info;
    // The route's pattern, not the path: a line must not pair a caller with a book.
    write("request", {
      requestId: c.get("requestId"),
      method: c.req.method,
      route: c.req.routePath,
      status,
      ms: deps.now() - startedAt,
    });
  };
}
