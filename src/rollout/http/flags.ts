import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { flagBodySchema, flagNameSchema, flagSchema } from "../../../contract/flags.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { AUTHENTICATED, jsonBody, problems } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import type { FlagState, StoredFlags } from "../domain/flag.ts";

const TAGS = ["Administration"];
const refusals = problems(
  "INVALID_REQUEST",
  "INVALID_ISBN",
  ...AUTHENTICATED,
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
  "ADMIN_DISABLED",
);

const getFlag = createRoute({
  operationId: "getFlag",
  method: "get",
  path: "/admin/flags/{name}",
  tags: TAGS,
  summary: "The stored state of a rollout flag",
  security: BEARER,
  request: { params: flagNameSchema },
  responses: { 200: jsonBody("The flag", flagSchema), ...refusals },
});

const putFlag = createRoute({
  operationId: "putFlag",
  method: "put",
  path: "/admin/flags/{name}",
  tags: TAGS,
  summary: "Set a rollout flag",
  description:
    "`true`, `false`, or a percentage of the accounts. Visible to all isolates within about 60 s.",
  security: BEARER,
  request: {
    params: flagNameSchema,
    body: { content: { "application/json": { schema: flagBodySchema } }, required: true },
  },
  responses: {
    200: jsonBody("The flag", flagSchema),
    ...problems("UNSUPPORTED_MEDIA_TYPE"),
    ...refusals,
  },
});

/** Routes for rollout flags. */
export function adminFlagRoutes(storedFlags: StoredFlags): OpenAPIHono<App> {
  const app = router();
  app.openapi(getFlag, async (c) => {
    const { name } = c.req.valid("param");
    return c.json(flagAnswer(name, await storedFlags.read(name)), 200);
  });
  app.openapi(putFlag, async (c) => {
    const { name } = c.req.valid("param");
    const state = c.req.valid("json");
    await storedFlags.write(name, state);
    return c.json(flagAnswer(name, { state, source: "kv" }), 200);
  });
  return app;
}

function flagAnswer(name: string, flag: { state: FlagState; source: "kv" | "default" }) {
  const { state, source } = flag;
  return {
    name,
    state: typeof state === "boolean" ? state : { ...state, allow: [...state.allow] },
    source,
  };
}
