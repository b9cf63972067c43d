import type { Hook } from "@hono/zod-openapi";
import { DomainError } from "../domain/failure.ts";
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
