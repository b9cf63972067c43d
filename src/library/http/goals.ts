import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  GOAL_YEARS,
  goalRequestSchema,
  goalResponseSchema,
  goalsResponseSchema,
  type Goal,
  type GoalRequest,
} from "../../../contract/goals.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { envelope } from "../../platform/http/envelope.ts";
import { entryEtag, namesVersion } from "../../platform/http/etag.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { DomainError } from "../../platform/errors.ts";
import { AUTHENTICATED, jsonBody, problems, WITH_BODY } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import type { GoalOutcome } from "../domain/keep-goal.ts";
import { ownLibrary, type LibraryDeps } from "./books.ts";
import {
  contended,
  etagHeader,
  notModified,
  revalidate,
  REVALIDATED,
  userParams,
} from "./parts.ts";

/** A goal as its routes present it. */
export interface ShownGoal {
  goal: Goal;
  version: number;
}

/** Whether the stored goal is the one that the caller expects. */
export type GoalPrecondition = (version: number) => boolean;

/** Dependencies of the routes of goals. */
export interface GoalRouteDeps extends Pick<LibraryDeps, "authenticate" | "limiters"> {
  /** All goals, newest year first. */
  listGoals(userId: string): Promise<Goal[]>;
  findGoal(userId: string, year: number): Promise<ShownGoal | undefined>;
  /** Writes or removes the goal of a year. */
  keepGoal(
    userId: string,
    year: number,
    target: GoalRequest | undefined,
    precondition: GoalPrecondition | undefined,
  ): Promise<GoalOutcome>;
}

const GOALS = "/v1/library/{userId}/goals";
const message = `must be a year from ${GOAL_YEARS.first} to ${GOAL_YEARS.last}`;
const goalParams = userParams.extend({
  year: z
    .string()
    .regex(/^\d{4}$/, message)
    .transform(Number)
    .pipe(z.int().min(GOAL_YEARS.first, message).max(GOAL_YEARS.last, message))
    .meta({ type: "integer", minimum: GOAL_YEARS.first, maximum: GOAL_YEARS.last }),
});
const ifMatch =
  "With `If-Match`, the request succeeds only if the goal has not changed since that ETag was issued (else 412).";
const refusals = [
  "INVALID_REQUEST",
  ...AUTHENTICATED,
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
] as const;

const listRoute = createRoute({
  operationId: "listGoals",
  method: "get",
  path: GOALS,
  tags: ["Library"],
  summary: "List the goals of all years, newest first",
  security: BEARER,
  request: { params: userParams },
  responses: {
    200: { ...jsonBody("The goals", goalsResponseSchema), ...etagHeader },
    ...notModified,
    ...problems(...refusals),
  },
});

const getRoute = createRoute({
  operationId: "getGoal",
  method: "get",
  path: `${GOALS}/{year}`,
  tags: ["Library"],
  summary: "Get the goal of a year, with the progress towards it",
  description:
    "`done.books` counts readings that were finished in the year, including re-reads and finish dates that are only a year; the statistics, the filter `finishedYear` and the export count the same readings. Today is in the account's time zone.",
  security: BEARER,
  request: { params: goalParams },
  responses: {
    200: { ...jsonBody("The goal", goalResponseSchema), ...etagHeader },
    ...notModified,
    ...problems(...refusals, "NOT_FOUND"),
  },
});

const putRoute = createRoute({
  operationId: "setGoal",
  method: "put",
  path: `${GOALS}/{year}`,
  tags: ["Library"],
  summary: "Set the goal of a year",
  description: `Replaces the whole goal; at least one of \`books\`, \`pages\` and \`minutes\`. ${ifMatch}`,
  security: BEARER,
  request: {
    params: goalParams,
    body: { content: { "application/json": { schema: goalRequestSchema } }, required: true },
  },
  responses: {
    200: { ...jsonBody("The goal", goalResponseSchema), ...etagHeader },
    ...problems(...refusals, ...WITH_BODY, "CONFLICT", "PRECONDITION_FAILED"),
  },
});

const deleteRoute = createRoute({
  operationId: "deleteGoal",
  method: "delete",
  path: `${GOALS}/{year}`,
  tags: ["Library"],
  summary: "Delete the goal of a year",
  description: ifMatch,
  security: BEARER,
  request: { params: goalParams },
  responses: {
    204: { description: "The goal is deleted" },
    ...problems(...refusals, "PAYLOAD_TOO_LARGE", "NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED"),
  },
});

/** The routes of goals. */
export function goalRoutes(deps: GoalRouteDeps): OpenAPIHono<App> {
  const app = router();
  const reading = ownLibrary(deps, "library:read");
  const writing = ownLibrary(deps, "library:write");

  app.openapi({ ...listRoute, middleware: reading }, async (c) => {
    const items = await deps.listGoals(c.req.valid("param").userId);
    const data = { items, count: items.length };
    if (await revalidate(c, data)) return c.body(null, 304);
    return c.json(envelope(data), 200);
  });

  app.openapi({ ...getRoute, middleware: reading }, async (c) => {
    const { userId, year } = c.req.valid("param");
    const { goal, version } = await shownGoal(userId, year);
    if (await revalidate(c, { goal }, version)) return c.body(null, 304);
    return c.json(envelope({ goal }), 200);
  });

  app.openapi({ ...putRoute, middleware: writing }, async (c) => {
    const { userId, year } = c.req.valid("param");
    kept(await deps.keepGoal(userId, year, c.req.valid("json"), preconditionOf(c)));
    const { goal, version } = await shownGoal(userId, year);
    const headers = { ETag: await entryEtag(version, { goal }), "Cache-Control": REVALIDATED };
    return c.json(envelope({ goal }), 200, headers);
  });

  app.openapi({ ...deleteRoute, middleware: writing }, async (c) => {
    const { userId, year } = c.req.valid("param");
    kept(await deps.keepGoal(userId, year, undefined, preconditionOf(c)));
    return c.body(null, 204, UNCACHED);
  });
  return app;

  async function shownGoal(userId: string, year: number): Promise<ShownGoal> {
    const shown = await deps.findGoal(userId, year);
    if (!shown) throw noGoal();
    return shown;
  }
}

function preconditionOf(c: Context<App>): GoalPrecondition | undefined {
  const wanted = c.req.header("If-Match");
  return wanted === undefined ? undefined : (version) => namesVersion(wanted, version);
}

const noGoal = (): DomainError => new DomainError("NOT_FOUND", "There is no goal for this year.");

/** @throws DomainError for any outcome but `kept` */
function kept(outcome: GoalOutcome): void {
  switch (outcome) {
    case "kept":
      return;
    case "absent":
      throw noGoal();
    case "precondition_failed":
      throw new DomainError(
        "PRECONDITION_FAILED",
        "The goal has changed since the ETag in If-Match was issued. Fetch it again and retry the change.",
      );
    case "contended":
      throw contended();
  }
}
