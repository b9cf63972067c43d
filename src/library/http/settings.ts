import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { changeSettingsRequestSchema, currentUserSchema } from "../../../contract/settings.ts";
import { requireUser } from "../../accounts/module.ts";
import { DomainError } from "../../platform/errors.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { entryEtag, namesVersion } from "../../platform/http/etag.ts";
import {
  AUTHENTICATED,
  jsonBody,
  problems,
  RATE_LIMIT_HEADERS,
  WITH_BODY,
} from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import { timeZoneNamed } from "../../platform/time-zone.ts";
import { isoTime } from "../../platform/time.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import type { AccountSettings } from "../domain/settings.ts";
import type { LibraryDeps } from "./books.ts";
import { contended, etagHeader, notModified, revalidate, REVALIDATED } from "./parts.ts";

/** Dependencies of the settings routes. */
export interface SettingsDeps extends Pick<LibraryDeps, "authenticate" | "limiters"> {
  /** Undefined when the account is gone. */
  findSettings(userId: string): Promise<AccountSettings | undefined>;
  /** Returns false if the settings have a different version by now. */
  setTimeZone(userId: string, timeZone: string, before: number): Promise<boolean>;
}

const ME = "/api/v2/users/me";
const headers = { ...RATE_LIMIT_HEADERS, ...etagHeader.headers };
const refusals = [
  ...AUTHENTICATED,
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
] as const;

const getRoute = createRoute({
  operationId: "getCurrentUser",
  method: "get",
  path: ME,
  tags: ["Accounts"],
  summary: "Get the account of the token, with its settings",
  security: BEARER,
  responses: {
    200: jsonBody("The account", currentUserSchema, headers),
    ...notModified,
    ...problems(...refusals),
  },
});

const patchRoute = createRoute({
  operationId: "changeSettings",
  method: "patch",
  path: ME,
  tags: ["Accounts"],
  summary: "Change settings of the account",
  description:
    "Omitted settings remain unchanged; null restores the default. A `timeZone` that is not the name of an IANA time zone is rejected with 400. With `If-Match`, the request succeeds only if the settings have not changed since that ETag was issued (else 412).",
  security: BEARER,
  request: {
    body: {
      content: { "application/json": { schema: changeSettingsRequestSchema } },
      required: true,
    },
  },
  responses: {
    200: jsonBody("The account with its new settings", currentUserSchema, headers),
    ...problems("INVALID_REQUEST", ...refusals, ...WITH_BODY, "CONFLICT", "PRECONDITION_FAILED"),
  },
});

/** Maximum attempts at a write that loses to concurrent ones. */
const MAX_ATTEMPTS = 20;

/** The routes of the account's settings. */
export function settingsRoutes(deps: SettingsDeps): OpenAPIHono<App> {
  const app = router();
  const limited = rateLimit(deps.limiters.library, (c) => userCaller(c.get("user").userId));

  app.openapi({ ...getRoute, middleware: [requireUser(deps.authenticate), limited] }, async (c) => {
    const { userId, scopes } = c.get("user");
    const settings = await settingsOf(userId);
    const data = presented(userId, scopes, settings);
    if (await revalidate(c, data, settings.version)) return c.body(null, 304);
    return c.json(data, 200);
  });

  app.openapi(
    { ...patchRoute, middleware: [requireUser(deps.authenticate, "library:write"), limited] },
    async (c) => {
      const { userId, scopes } = c.get("user");
      const timeZone = timeZoneNamed(c.req.valid("json").timeZone ?? "UTC");
      if (timeZone === undefined) throw unknownTimeZone();
      const wanted = c.req.header("If-Match");
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const before = await settingsOf(userId);
        if (wanted !== undefined && !namesVersion(wanted, before.version)) throw changed();
        if (!(await deps.setTimeZone(userId, timeZone, before.version))) continue;
        const version = before.version + 1;
        const data = presented(userId, scopes, { ...before, timeZone });
        const etag = await entryEtag(version, data);
        return c.json(data, 200, { ETag: etag, "Cache-Control": REVALIDATED });
      }
      throw contended();
    },
  );
  return app;

  async function settingsOf(userId: string): Promise<AccountSettings> {
    const settings = await deps.findSettings(userId);
    if (!settings) throw new DomainError("UNAUTHORIZED", "The account no longer exists.");
    return settings;
  }
}

function presented<Scopes>(
  userId: string,
  scopes: readonly Scopes[],
  { createdAt, timeZone }: Pick<AccountSettings, "createdAt" | "timeZone">,
) {
  return { userId, createdAt: isoTime(createdAt), scopes: [...scopes], timeZone };
}

function unknownTimeZone(): DomainError {
  const message = "must be the name of an IANA time zone, such as Europe/Berlin or UTC";
  return new DomainError("INVALID_REQUEST", `timeZone ${message}.`, {
    details: { issues: [{ path: "timeZone", message }] },
  });
}

function changed(): DomainError {
  return new DomainError(
    "PRECONDITION_FAILED",
    "The settings have changed since the ETag in If-Match was issued. Fetch them again and retry the change.",
  );
}
