import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { capabilitiesSchema, type Capabilities } from "../../../contract/capabilities.ts";
import type { Asking } from "../domain/capabilities.ts";
import { identifyCaller, type Authenticate } from "../../accounts/module.ts";
import { defined } from "../../platform/defined.ts";
import { OPTIONAL_BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { jsonBody, problems } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";

export interface CapabilitiesRouteDeps {
  authenticate: Authenticate;
  /** The request header with the caller's IP address. */
  clientIpHeader: string | undefined;
  readCapabilities(asking: Asking): Promise<Capabilities>;
}

const CLIENT_VERSION = {
  name: "X-Client-Version",
  in: "header" as const,
  required: false,
  description:
    "The app and its version, such as `ios/3.2.0`. Selects the notices in the response; without a valid version there are none.",
  schema: { type: "string" as const },
};

const getCapabilities = createRoute({
  operationId: "getCapabilities",
  method: "get",
  path: "/api/v2/capabilities",
  tags: ["Operations"],
  summary: "The service's capabilities, and the features enabled for this caller",
  description:
    "Features are rolled out to a share of the accounts; send a token to get those of your account. Without a token, only features that are on for all callers are on. Request this at the start of an app, and once an hour.",
  security: OPTIONAL_BEARER,
  parameters: [CLIENT_VERSION],
  responses: {
    200: jsonBody("Limits, formats, features, notices", capabilitiesSchema),
    ...problems("UNAUTHORIZED", "INTERNAL_ERROR", "DATABASE_UNAVAILABLE"),
  },
});

/** The route that apps call before they use a new feature. */
export function capabilitiesRoutes(deps: CapabilitiesRouteDeps): OpenAPIHono<App> {
  const app = router();
  const middleware = identifyCaller(deps.authenticate, deps.clientIpHeader);
  app.openapi({ ...getCapabilities, middleware }, async (c) => {
    const { userId: account } = c.get("caller");
    const clientVersion = c.req.header(CLIENT_VERSION.name);
    const capabilities = await deps.readCapabilities({
      ...defined({ account, clientVersion }),
    });
    return c.json(capabilities, 200, { "Cache-Control": "no-store" });
  });
  return app;
}
