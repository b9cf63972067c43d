import type { MiddlewareHandler } from "hono";
import { DomainError } from "../../platform/errors.ts";
import type { ClassLimiter } from "../../rate-limits/domain/limiter.ts";
import type { Log } from "../../platform/log.ts";
import { bearerToken } from "../../platform/http/bearer.ts";
import { addressCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { refuse } from "../../rate-limits/module.ts";

/** Whose idempotency keys those of the operator are: there is one. */
export const OPERATOR = { key: "operator" };

export interface OperatorDeps {
  /** Compares with the operator's token in constant time; none when no token is set, and administration is off. */
  isOperator: ((token: string) => Promise<boolean>) | undefined;
  /** Counts failed log-ins by address. */
  limiter: ClassLimiter | undefined;
  clientIpHeader: string;
  log: Log;
}

/** Setting a secret is a deployment: nobody need ask again before an hour has gone. */
const DISABLED_RETRY_SECONDS = 3600;

/** Lets the operator through, and leaves a line in the log for each thing that is done or refused. */
export function requireOperator(deps: OperatorDeps): MiddlewareHandler<App> {
  return async (c, next) => {
    const audit = (outcome: string): void =>
      deps.log.info("admin_action", {
        requestId: c.get("requestId"),
        method: c.req.method,
        path: c.req.path,
        // Whether a run was a rehearsal, and of which keys.
        query: c.req.query(),
        outcome,
      });
    if (deps.isOperator === undefined) {
      throw new DomainError("ADMIN_DISABLED", "No ADMIN_TOKEN is set, so nobody can administer.", {
        retryAfterSeconds: DISABLED_RETRY_SECONDS,
      });
    }
    try {
      const token = bearerToken(c.req.header("Authorization"));
      if (!(await deps.isOperator(token))) {
        throw new DomainError("FORBIDDEN", "That is not the operator's token.");
      }
    } catch (error) {
      audit("refused");
      const { key } = addressCaller(c, deps.clientIpHeader);
      const decision = deps.limiter?.tryTake(key) ?? (await deps.limiter?.take(key));
      if (decision?.kind === "refused") {
        refuse(c, decision, decision.resetSeconds, "Too many failed log-ins. Try again later.");
      }
      throw error;
    }
    await next();
    c.header("Cache-Control", "no-store");
    audit(String(c.res.status));
  };
}
