import type { MiddlewareHandler } from "hono";
import { DomainError } from "../../platform/errors.ts";
import type { ClassLimiter } from "../../rate-limits/domain/limiter.ts";
import type { Log } from "../../platform/log.ts";
import { bearerToken } from "../../platform/http/bearer.ts";
import { addressCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { refuse } from "../../rate-limits/module.ts";

/** The owner of the operator's idempotency keys. */
export const OPERATOR = { key: "operator" };

export interface OperatorDeps {
  /** Compares a token with the operator's in constant time; undefined when none is set and administration is disabled. */
  isOperator: ((token: string) => Promise<boolean>) | undefined;
  /** Counts failed logins by address. */
  limiter: ClassLimiter | undefined;
  clientIpHeader: string;
  log: Log;
}

/** Setting the secret requires a deployment, so earlier retries are pointless. */
const DISABLED_RETRY_SECONDS = 3600;

/** Admits only the operator, and logs each accepted or rejected action. */
export function requireOperator(deps: OperatorDeps): MiddlewareHandler<App> {
  return async (c, next) => {
    const audit = (outcome: string): void =>
      deps.log.info("admin_action", {
        requestId: c.get("requestId"),
        method: c.req.method,
        path: c.req.path,
        // Shows whether a run was a dry run, and for which keys.
        query: c.req.query(),
        outcome,
      });
    if (deps.isOperator === undefined) {
      throw new DomainError(
        "ADMIN_DISABLED",
        "Administration is disabled: ADMIN_TOKEN is not set.",
        {
          retryAfterSeconds: DISABLED_RETRY_SECONDS,
        },
      );
    }
    try {
      const token = bearerToken(c.req.header("Authorization"));
      if (!(await deps.isOperator(token))) {
        throw new DomainError("FORBIDDEN", "The token is not the operator's token.");
      }
    } catch (error) {
      audit("refused");
      const { key } = addressCaller(c, deps.clientIpHeader);
      const decision = deps.limiter?.tryTake(key) ?? (await deps.limiter?.take(key));
      if (decision?.kind === "refused") {
        refuse(c, decision, decision.resetSeconds, "Too many failed logins. Try again later.");
      }
      throw error;
    }
    await next();
    c.header("Cache-Control", "no-store");
    audit(String(c.res.status));
  };
}
