import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { capabilitiesSchema, type Capabilities } from "../../../contract/capabilities.ts";
import type { Asking } from "../domain/capabilities.ts";
import { identifyCaller, type Authenticate } from "../../accounts/module.ts";
import { OPTIONAL_BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { jsonBody, problems } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";

export interface CapabilitiesRouteDeps {
  authenticate: Authenticate;
  /** The request header that names a caller's address. */
  clientIpHeader: string;
  readCapabilities(asking: Asking): Promise<Capabilities>;
}

const CLIENT_VERSION = {
  name: "X-Client-Version",
  in: "header" as const,
  required: false,
  description:
    "The app and its version, such as `ios/3.2.0`. Decides which notices it gets; without a version that can be read it gets none.",
  schema: { type: "string" as const },
};

const getCapabilities = createRoute({
  operationId: "getCapabilities",
  method: "get",
  path: "/api/v2/capabilities",
  tags: ["Operations"],
  summary: "What this service can do, and what is switched on for this caller",
  description:
    "Features are rolled out to a share of the accounts: send a token to see what yours gets. Without one only what is on for all is on. Ask at the start of an app, and once an hour.",
  security: OPTIONAL_BEARER,
  parameters: [CLIENT_VERSION],
  responses: {
    200: jsonBody("Limits, formats, features, notices", capabilitiesSchema),
    ...problems("UNAUTHORIZED", "INTERNAL_ERROR", "DATABASE_UNAVAILABLE"),
  },
});

/** What apps ask before they use something new. */
export function capabilitiesRoutes(deps: CapabilitiesRouteDeps): OpenAPIHono<App> {
  const app = router();
  const middleware = identifyCaller(deps.authenticate, deps.clientIpHeader);
  app.openapi({ ...getCapabilities, middleware }, async (c) => {
    const { userId: account } = c.get("caller");
    const clientVersion = c.req.header(CLIENT_VERSION.name);
    const capabilities = await deps.readCapabilities({
      ...(account === undefined ? {} : { account }),
      ...(clientVersion === undefined ? {} : { clientVersion }),
    });
    return c.json(capabilities, 200, { "Cache-Control": "no-store" });
  });
  return app;
}
