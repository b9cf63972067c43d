import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { usageSchema } from "../../../contract/accounts.ts";
import type { Usage } from "../../quotas/domain/usage.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { defined } from "../../platform/defined.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { jsonBody, problems, RATE_LIMIT_HEADERS } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import { isoTime } from "../../platform/time.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import { requireUser, type Authenticate } from "./auth.ts";

export interface UsageDeps {
  authenticate: Authenticate;
  limiters: Limiters;
  /** The usage of an account's quotas. @throws DomainError DATABASE_UNAVAILABLE */
  readUsage(userId: string): Promise<Usage[]>;
}

const getUsage = createRoute({
  operationId: "getUsage",
  method: "get",
  path: "/api/v2/users/me/usage",
  tags: ["Accounts"],
  summary: "How much of each quota the account has used",
  description:
    "Daily counts reset at `resetsAt`. `limits.quotas` of `GET /api/v2/capabilities` has the limits of the service.",
  security: BEARER,
  responses: {
    200: jsonBody("The quotas of the account", usageSchema, RATE_LIMIT_HEADERS),
    ...problems("UNAUTHORIZED", "RATE_LIMIT_EXCEEDED", "INTERNAL_ERROR", "DATABASE_UNAVAILABLE"),
  },
});

/** The route that shows an account its quotas. */
export function usageRoutes(deps: UsageDeps): OpenAPIHono<App> {
  const app = router();
  const middleware = [
    requireUser(deps.authenticate),
    rateLimit(deps.limiters.library, (c) => userCaller(c.get("user").userId)),
  ];
  app.openapi({ ...getUsage, middleware }, async (c) => {
    const usage = await deps.readUsage(c.get("user").userId);
    const items = usage.map(({ quota, limit, used, resetsAt }) => ({
      quota,
      limit: limit ?? null,
      used,
      ...defined({ resetsAt: isoTime(resetsAt) }),
    }));
    return c.json({ items }, 200, UNCACHED);
  });
  return app;
}
