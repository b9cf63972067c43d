import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import {
  flagBodySchema,
  flagNameSchema,
  flagSchema,
  flagsSchema,
} from "../../../contract/flags.ts";
import { DomainError } from "../../platform/errors.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { AUTHENTICATED, jsonBody, problems } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import type { FlagState, StoredFlags } from "../domain/flag.ts";
import { FLAGS } from "../domain/flags-table.ts";

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

const listFlags = createRoute({
  operationId: "listFlags",
  method: "get",
  path: "/admin/flags",
  tags: TAGS,
  summary: "The stored states of all rollout flags",
  security: BEARER,
  responses: { 200: jsonBody("All flags", flagsSchema), ...refusals },
});

const getFlag = createRoute({
  operationId: "getFlag",
  method: "get",
  path: "/admin/flags/{name}",
  tags: TAGS,
  summary: "The stored state of a rollout flag",
  security: BEARER,
  request: { params: flagNameSchema },
  responses: { 200: jsonBody("The flag", flagSchema), ...problems("NOT_FOUND"), ...refusals },
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
    ...problems("NOT_FOUND", "UNSUPPORTED_MEDIA_TYPE"),
    ...refusals,
  },
});

/** Routes for rollout flags. */
export function adminFlagRoutes(storedFlags: StoredFlags): OpenAPIHono<App> {
  const app = router();
  app.openapi(listFlags, async (c) => {
    const items = FLAGS.map(async ({ name }) => flagAnswer(name, await storedFlags.read(name)));
    return c.json({ items: await Promise.all(items) }, 200);
  });
  app.openapi(getFlag, async (c) => {
    const { name } = c.req.valid("param");
    requireKnown(name);
    return c.json(flagAnswer(name, await storedFlags.read(name)), 200);
  });
  app.openapi(putFlag, async (c) => {
    const { name } = c.req.valid("param");
    requireKnown(name);
    const state = c.req.valid("json");
    c.set("valueSet", state);
    await storedFlags.write(name, state);
    return c.json(flagAnswer(name, { state, source: "kv" }), 200);
  });
  return app;
}

/** @throws DomainError NOT_FOUND for a name that no code uses: setting it would have no effect */
function requireKnown(name: string): void {
  const known: string[] = FLAGS.map((flag) => flag.name);
  if (known.includes(name)) return;
  throw new DomainError(
    "NOT_FOUND",
    `There is no flag ${name}. The flags are ${known.join(", ")}.`,
    { details: { suggestions: known } },
  );
}

function flagAnswer(name: string, flag: { state: FlagState; source: "kv" | "default" }) {
  const { state, source } = flag;
  return {
    name,
    state: typeof state === "boolean" ? state : { ...state, allow: [...state.allow] },
    source,
  };
}
