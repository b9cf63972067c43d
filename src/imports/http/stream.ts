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
import { router } from "../../platform/http/router.ts";

/** What the stream needs. */
export interface ImportStreamUseCases {
  /** The job that a ticket opens. */
  jobByTicket(jobId: string, ticket: string): Promise<Job | undefined>;
  findImport(userId: string, jobId: string): Promise<Job | undefined>;
  /**
   * The bytes of a stream from there on, for as long as it is read.
   * @throws DomainError TOO_MANY_STREAMS
   */
  openStream(start: Exclude<Start, { kind: "nothing_new" }>): Promise<ReadableStream<Uint8Array>>;
}

export interface ImportStreamDeps extends ImportStreamUseCases {
  authenticate: Authenticate;
  limiters: Limiters;
}

const PATH = "/api/v2/imports/{jobId}/stream";
const TYPE = "text/event-stream";

const streamRoute = createRoute({
  operationId: "streamImport",
  method: "get",
  path: PATH,
  tags: ["Imports"],
  summary: "What happens to an import, as Server-Sent Events",
  description:
    "First `retry:`, then, without `Last-Event-ID`, a `snapshot` without an id; then `progress` events, and last the one that ends the attempt: `completed`, `failed`, `cancelled`, `previewed` or `undone`. The data of each is an ImportSnapshot in one line. With `Last-Event-ID` it goes on behind that event; 204 when nothing can come behind it. A comment every 15 s says that the line is alive; after 30 minutes the stream is closed, and the reader comes back. Opened by a token, or by the ticket in `streamUrl`.",
  security: [...BEARER, { ticket: [] }],
  request: {
    params: z.object({ jobId: z.string().min(1).max(100) }),
    query: z.object({
      ticket: z.string().optional(),
      lastEventId: z
        .string()
        .optional()
        .meta({ description: "In place of the header Last-Event-ID" }),
    }),
    headers: z.object({ "Last-Event-ID": z.string().optional() }),
  },
  responses: {
    200: {
      description: "The events; each data is an ImportSnapshot",
      headers: RATE_LIMIT_HEADERS,
      content: { [TYPE]: { schema: importSnapshotSchema } },
    },
    204: { description: "Nothing comes behind that event", headers: RATE_LIMIT_HEADERS },
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

const STREAM_HEADERS = {
  "Content-Type": TYPE,
  "Cache-Control": "no-cache, no-store, no-transform",
  // Proxies that gather an answer before they pass it on are asked not to.
  "X-Accel-Buffering": "no",
};

/** The stream of an import's events. */
export function importStreamRoutes(deps: ImportStreamDeps): OpenAPIHono<App> {
  const app = router();
  app.openAPIRegistry.registerPath(streamRoute);
  const found = new WeakMap<Context<App>, Job>();
  const jobOf = (c: Context<App>): Job => {
    const job = found.get(c);
    if (!job) throw new Error("The stream's job is looked up before its limit is asked.");
    return job;
  };
  // The limit is that of the job's user, whoever holds the ticket.
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
    const job = await deps.jobByTicket(jobId, ticket);
    if (job) return job;
    throw new DomainError("UNAUTHORIZED", "The ticket does not open this stream, or not any more.");
  }
  const user = await deps.authenticate(c.req.header("Authorization"));
  requireScopes(user, ["imports"]);
  const job = await deps.findImport(user.userId, jobId);
  if (!job) throw new DomainError("JOB_NOT_FOUND", "There is no such import of yours.");
  return job;
}

/** The header is what browsers send by themselves on a reconnection, so it is the newer one of two. */
function lastEventIdOf(c: Context<App>): string | undefined {
  return c.req.header("Last-Event-ID") ?? c.req.query("lastEventId");
}

const MEDIA_RANGE = /^\s*(\*\/\*|text\/\*|text\/event-stream)\s*(?:;(.*))?$/i;

/** @throws DomainError NOT_ACCEPTABLE when the caller has said that he cannot read a stream */
function requireEventStream(accept: string | undefined): void {
  if (accept === undefined || accept.trim() === "") return;
  const ranges = accept.split(",").flatMap((range) => {
    const [, , parameters = ""] = MEDIA_RANGE.exec(range) ?? [];
    return MEDIA_RANGE.test(range) ? [!/;?\s*q=0(\.0*)?\s*$/i.test(parameters)] : [];
  });
  if (ranges.some(Boolean)) return;
  throw new DomainError("NOT_ACCEPTABLE", `Only ${TYPE} can be had here: send Accept: ${TYPE}.`);
}
