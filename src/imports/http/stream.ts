import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context, Handler } from "hono";
import { importSnapshotSchema } from "../../../contract/imports.ts";
import { DomainError } from "../../platform/errors.ts";
import { startOf, type Start } from "../domain/progress/follow.ts";
import type { Job } from "../domain/job/job.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { requireScopes, type Authenticate } from "../../accounts/module.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { problems, RATE_LIMIT_HEADERS } from "../../platform/http/openapi-parts.ts";
import { rateLimited } from "../../rate-limits/module.ts";
import {
  EVENT_STREAM,
  requireEventStream,
  STREAM_HEADERS,
} from "../../platform/http/event-stream.ts";
import { router } from "../../platform/http/router.ts";

/** Use cases behind the event stream. */
export interface ImportStreamUseCases {
  /**
   * Returns the job whose stream the ticket opens, or undefined for an invalid or expired ticket.
   * @param c the request; its address is blocked after too many failures
   * @throws DomainError RATE_LIMIT_EXCEEDED
   */
  jobByTicket(jobId: string, ticket: string, c: Context<App>): Promise<Job | undefined>;
  findImport(userId: string, jobId: string): Promise<Job | undefined>;
  /**
   * Opens a stream of events that begins at `start` and ends when the client disconnects or the attempt ends.
   * @throws DomainError TOO_MANY_STREAMS
   */
  openStream(start: Exclude<Start, { kind: "nothing_new" }>): Promise<ReadableStream<Uint8Array>>;
}

export interface ImportStreamDeps extends ImportStreamUseCases {
  authenticate: Authenticate;
  limiters: Limiters;
}

const PATH = "/api/v2/imports/{jobId}/stream";

const streamRoute = createRoute({
  operationId: "streamImport",
  method: "get",
  path: PATH,
  tags: ["Imports"],
  summary: "Stream the progress of an import as Server-Sent Events",
  description:
    "Sends `retry:` first. Without `Last-Event-ID`, a `snapshot` event without an id follows. Then come `progress` events and finally the event that ends the attempt: `completed`, `failed`, `cancelled`, `previewed` or `undone`. The data of each event is an ImportSnapshot on one line. With `Last-Event-ID` the stream resumes after that event, or responds with 204 when no event can follow it. A comment every 15 s keeps the connection alive. The server closes the stream after 30 minutes; reconnect then. Authorise with a token or with the ticket in `streamUrl`.",
  security: [...BEARER, { ticket: [] }],
  request: {
    params: z.object({ jobId: z.string().min(1).max(100) }),
    query: z.object({
      ticket: z.string().optional(),
      lastEventId: z
        .string()
        .optional()
        .meta({ description: "Alternative to the Last-Event-ID header, which takes precedence" }),
    }),
    headers: z.object({ "Last-Event-ID": z.string().optional() }),
  },
  responses: {
    200: {
      description: "The events; the data of each is an ImportSnapshot",
      headers: RATE_LIMIT_HEADERS,
      content: { [EVENT_STREAM]: { schema: importSnapshotSchema } },
    },
    204: { description: "No event can follow that one", headers: RATE_LIMIT_HEADERS },
    ...problems(
      "INVALID_REQUEST",
      "UNAUTHORIZED",
      "FORBIDDEN",
      "JOB_NOT_FOUND",
      "NOT_ACCEPTABLE",
      "RATE_LIMIT_EXCEEDED",
      "TOO_MANY_STREAMS",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** The route that streams an import's events. */
export function importStreamRoutes(deps: ImportStreamDeps): OpenAPIHono<App> {
  const app = router();
  app.openAPIRegistry.registerPath(streamRoute);
  const found = new WeakMap<Context<App>, Job>();
  const jobOf = (c: Context<App>): Job => {
    const job = found.get(c);
    if (!job) throw new Error("The stream's job must be found before the rate limit is checked.");
    return job;
  };
  // Requests count against the job's user, even when the ticket is used by another client.
  const limited = rateLimited(
    deps.limiters.jobs,
    (c) => userCaller(jobOf(c).userId),
    async (c, _caller, fields) => {
      const headers = { ...STREAM_HEADERS, ...fields };
      const start = startOf(jobOf(c), lastEventIdOf(c));
      if (start.kind === "nothing_new") return new Response(null, { status: 204, headers: fields });
      if (c.req.raw.method === "HEAD") return new Response(null, { headers });
      return new Response(await deps.openStream(start), { headers });
    },
  );
  const stream: Handler<App> = async (c, next) => {
    found.set(c, await authorisedJob(c, deps));
    requireEventStream(c.req.header("Accept"));
    return limited(c, next);
  };
  app.get(PATH.replace("{jobId}", ":jobId"), stream);
  return app;
}

async function authorisedJob(c: Context<App>, deps: ImportStreamDeps): Promise<Job> {
  const jobId = c.req.param("jobId") ?? "";
  const ticket = c.req.query("ticket");
  if (ticket !== undefined) {
    const job = await deps.jobByTicket(jobId, ticket, c);
    if (job) return job;
    throw new DomainError("UNAUTHORIZED", "The ticket is invalid for this stream or has expired.");
  }
  const user = await deps.authenticate(c.req.header("Authorization"), c);
  requireScopes(user, ["imports"]);
  const job = await deps.findImport(user.userId, jobId);
  if (!job) throw new DomainError("JOB_NOT_FOUND", "You have no import with this id.");
  return job;
}

/** Prefers the header: browsers set it automatically on reconnection, so it is newer than the query. */
function lastEventIdOf(c: Context<App>): string | undefined {
  return c.req.header("Last-Event-ID") ?? c.req.query("lastEventId");
}
