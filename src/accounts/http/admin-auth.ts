import type { MiddlewareHandler } from "hono";
import { DomainError } from "../../platform/errors.ts";
import type { rememberingCheck } from "../../platform/crypto.ts";
import type { Log } from "../../platform/log.ts";
import { bearerToken } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import type { FailedLogins } from "../../rate-limits/module.ts";

/** The owner of the operator's idempotency keys. */
export const OPERATOR = { key: "operator" };

export interface OperatorDeps {
  /**
   * Compares a token with the operator's in constant time; undefined when none is set, which
   * disables administration.
   */
  operatorCheck: ReturnType<typeof rememberingCheck>;
  logins: FailedLogins;
  log: Log;
}

/** Setting the secret requires a deployment, so there is no point in retrying earlier. */
const DISABLED_RETRY_SECONDS = 3600;

/**
 * Admits only the operator. Logs the operator's actions with the values they set. Logs refused
 * requests without path and query, because those are untrusted input.
 */
export function requireOperator({
  operatorCheck,
  logins,
  log,
}: OperatorDeps): MiddlewareHandler<App> {
  return async (c, next) => {
    if (operatorCheck === undefined) throw disabled();
    const { method } = c.req;
    const requestId = c.get("requestId");
    try {
      // A request without a token does not count as a failed login.
      const token = bearerToken(c.req.header("Authorization"));
      const isAdmitted = await logins.attempt(
        c,
        async () => (await operatorCheck.check(token)) || undefined,
        () => operatorCheck.wasAccepted(token),
      );
      if (!isAdmitted) throw new DomainError("FORBIDDEN", "The token does not match ADMIN_TOKEN.");
    } catch (error) {
      log.info("admin_action", { requestId, method, outcome: "refused" });
      throw error;
    }
    await next();
    c.header("Cache-Control", "no-store");
    log.info("admin_action", {
      requestId,
      method,
      path: c.req.path,
      // Shows whether a run was a dry run, and for which keys.
      query: c.req.query(),
      value: c.get("valueSet"),
      outcome: String(c.res.status),
    });
  };
}

function disabled(): DomainError {
  const detail = "Administration is disabled: ADMIN_TOKEN is not set.";
  return new DomainError("ADMIN_DISABLED", detail, { retryAfterSeconds: DISABLED_RETRY_SECONDS });
}
