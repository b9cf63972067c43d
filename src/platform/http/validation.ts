import type { Hook } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { DomainError } from "../errors.ts";
import { describeIssues } from "../issues.ts";
import type { App } from "./context.ts";

/** Validation hook of every route. @throws DomainError INVALID_REQUEST that lists each invalid field with the reason */
export const refuseInvalid: Hook<unknown, App, string, unknown> = (result) => {
  if (result.success) return;
  const found = result.error.issues.map(({ code, path, message }) => ({
    code,
    path,
    // Hono turns a repeated parameter into an array.
    message:
      message.endsWith("string, received array") && result.target === "query"
        ? "must be sent only once"
        : message,
  }));
  const { issues, summary } = describeIssues(found);
  throw new DomainError("INVALID_REQUEST", summary, { details: { issues } });
};

/**
 * Treats a request with a Content-Type but an empty body as a request without a body. For routes whose body is optional.
 */
export const emptyBodyIsNone: MiddlewareHandler<App> = async (c, next) => {
  const { url, method, headers } = c.req.raw;
  if (headers.has("Content-Type") && (await c.req.text()) === "") {
    const remaining = new Headers(headers);
    remaining.delete("Content-Type");
    c.req.raw = new Request(url, { method, headers: remaining });
  }
  await next();
};
