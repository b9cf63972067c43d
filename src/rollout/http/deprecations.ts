import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { deprecationsSchema, type DeprecationView } from "../../../contract/deprecations.ts";
import { deprecationState, type Deprecation, type VersionUses } from "../domain/deprecations.ts";
import { defined } from "../../platform/defined.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { AUTHENTICATED, jsonBody, problems } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import { isoTime } from "../../platform/time.ts";

/** Port of the route. */
export interface AdminDeprecationDeps {
  /** All deprecations with the app versions that use them. @throws DomainError DATABASE_UNAVAILABLE */
  deprecations(): Promise<{ deprecation: Deprecation; clients: readonly VersionUses[] }[]>;
  now(): number;
}

const list = createRoute({
  operationId: "listDeprecations",
  method: "get",
  path: "/admin/deprecations",
  tags: ["Administration"],
  summary: "Deprecated features, and the app versions that still use them",
  description:
    "Uses are written in batches: those of the last five seconds may be missing, and a terminated isolate loses what it has not written yet.",
  security: BEARER,
  responses: {
    200: jsonBody("All deprecations", deprecationsSchema),
    ...problems(
      ...AUTHENTICATED,
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
      "ADMIN_DISABLED",
    ),
  },
});

/** The route with which an operator checks the remaining uses before a date. */
export function adminDeprecationRoutes(deps: AdminDeprecationDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi(list, async (c) => {
    const deprecations = await deps.deprecations();
    const items = deprecations.map(({ deprecation, clients }) =>
      present(deprecation, clients, deps.now()),
    );
    return c.json({ items }, 200);
  });
  return app;
}

function present(
  deprecation: Deprecation,
  clients: readonly VersionUses[],
  now: number,
): DeprecationView {
  const { id, deprecatedAt, sunsetAt, successor, minAppVersion } = deprecation;
  return {
    id,
    state: deprecationState(deprecation, now),
    ...defined({ deprecatedAt: isoTime(deprecatedAt), sunsetAt: isoTime(sunsetAt) }),
    successor,
    minAppVersion,
    uses: clients.reduce((sum, { uses }) => sum + uses, 0),
    clients: clients.map(({ clientVersion, uses, firstUsedAt, lastUsedAt }) => ({
      clientVersion,
      uses,
      firstUsedAt: isoTime(firstUsedAt),
      lastUsedAt: isoTime(lastUsedAt),
    })),
  };
}
