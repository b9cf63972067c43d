import type { Hook } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { DomainError } from "../errors.ts";
import type { App } from "./context.ts";

/** Hook of every validated route: names each field and what is wrong with it. */
export const refuseInvalid: Hook<unknown, App, string, unknown> = (result) => {
  if (result.success) return;
  const issues = result.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  const summary = issues
    .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
    .join("; ");
  throw new DomainError("INVALID_REQUEST", summary, { details: { issues } });
};

/** Takes a request that announces JSON and then sends nothing for one without a body, where none is required. */
export const emptyBodyIsNone: MiddlewareHandler<App> = async (c, next) => {
  const { url, method, headers } = c.req.raw;
  if (headers.has("Content-Type") && (await c.req.text()) === "") {
    const remaining = new Headers(headers);
    remaining.delete("Content-Type");
    c.req.raw = new Request(url, { method, headers: remaining });
  }
  await next();
};
