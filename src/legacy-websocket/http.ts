import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context, Handler } from "hono";
import { DomainError } from "../platform/errors.ts";
import type { Job } from "../imports/domain/job/job.ts";
import type { Limiters } from "../rate-limits/domain/limiters.ts";
import { parseClientVersion } from "../rollout/domain/client-version.ts";
import {
  deprecationHeaders,
  deprecationState,
  goneProblem,
  type Deprecation,
} from "../rollout/domain/deprecations.ts";
import { holdsAll } from "../accounts/domain/identity.ts";
import type { Authenticate } from "../accounts/module.ts";
import { userCaller } from "../platform/http/caller.ts";
import type { App } from "../platform/http/context.ts";
import { problems, RATE_LIMIT_HEADERS } from "../platform/http/openapi-parts.ts";
import { rateLimited, type HeaderFields } from "../rate-limits/module.ts";
import { router } from "../platform/http/router.ts";

/** Use cases behind the legacy WebSocket. */
export interface LegacyWebSocketUseCases {
  /** The configured deprecation of the socket. */
  legacyWebSocket: Deprecation;
  /**
   * Returns a 101 response with a socket that sends the job's progress.
   * @throws DomainError TOO_MANY_STREAMS
   */
  openLegacySocket(job: Job): Promise<Response>;
  /** Returns a 101 response with a socket that is closed with 1008. */
  refuseLegacySocket(reason: string): Response;
  /** @param clientVersion `ios/3.2.0`; undefined when the client sent no valid version */
  countLegacyUse(clientVersion: string | undefined): void;
}

export interface LegacyWebSocketDeps extends LegacyWebSocketUseCases {
  authenticate: Authenticate;
  jobByTicket(jobId: string, ticket: string, c: Context<App>): Promise<Job | undefined>;
  findImport(userId: string, jobId: string): Promise<Job | undefined>;
  limiters: Limiters;
  now(): number;
}

const text = (description: string) => ({ description, schema: { type: "string" as const } });
const DEPRECATION_HEADERS = {
  Deprecation: text("`@` and Unix seconds (RFC 9745); sent once the socket is deprecated"),
  Sunset: text("Date of removal (RFC 8594); sent once the socket is deprecated"),
  Link: text('`rel="successor-version"`; sent once the socket is deprecated'),
};
const REFUSALS = problems(
  "GONE",
  "UPGRADE_REQUIRED",
  "RATE_LIMIT_EXCEEDED",
  "TOO_MANY_STREAMS",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
);

const socketRoute = createRoute({
  operationId: "watchImportBySocket",
  method: "get",
  path: "/ws/progress",
  tags: ["Imports"],
  summary: "Watch the progress of an import on the legacy WebSocket",
  description:
    "For apps that cannot read the stream of an import. Frames are `{type, jobId, pipeline, timestamp, version, payload}`; `type` is `deprecated`, `job_started`, `job_progress`, `job_complete`, `error`, `ping`, `pong` or `ready_ack`. The socket closes with 1000 after the end of the import, with 1011 after a failure, with 1001 when the app should reconnect, and immediately with 1008 when `token` does not give access to the job.",
  deprecated: true,
  request: {
    query: z.object({
      jobId: z.string().optional(),
      token: z
        .string()
        .optional()
        .meta({ description: "A token with the scope `imports`, or the ticket in `streamUrl`" }),
      clientVersion: z
        .string()
        .optional()
        .meta({ description: "Used when the X-Client-Version header is missing" }),
    }),
    headers: z.object({ "X-Client-Version": z.string().optional() }),
  },
  responses: {
    101: { description: "The socket", headers: { ...RATE_LIMIT_HEADERS, ...DEPRECATION_HEADERS } },
    ...REFUSALS,
    410: { ...REFUSALS[410], headers: DEPRECATION_HEADERS },
    426: { ...REFUSALS[426], headers: { Upgrade: text("`websocket`"), ...DEPRECATION_HEADERS } },
  },
});

/** The route of the legacy WebSocket; 410 after its configured removal. */
export function legacyWebSocketRoutes(deps: LegacyWebSocketDeps): OpenAPIHono<App> {
  const app = router();
  app.openAPIRegistry.registerPath(socketRoute);
  const deprecation = deprecationHeaders(deps.legacyWebSocket);
  const upgrade: Handler<App> = async (c, next) => {
    const state = deprecationState(deps.legacyWebSocket, deps.now());
    const headers = state === "current" ? {} : deprecation;
    if (state === "gone" || c.req.header("Upgrade")?.toLowerCase() !== "websocket") {
      for (const name in headers) c.header(name, headers[name]);
      if (state === "gone") throw goneProblem(deps.legacyWebSocket);
      c.header("Upgrade", "websocket");
      throw new DomainError(
        "UPGRADE_REQUIRED",
        "This endpoint is a WebSocket: send Upgrade: websocket.",
      );
    }
    const job = await authorisedJob(c, deps);
    if (!job) {
      const refused = deps.refuseLegacySocket("The token does not give access to this import.");
      return withFields(refused, headers);
    }
    const limited = rateLimited(
      deps.limiters.jobs,
      () => userCaller(job.userId),
      async (_c, _caller, fields) => {
        const opened = await deps.openLegacySocket(job);
        deps.countLegacyUse(clientVersionOf(c));
        return withFields(opened, { ...headers, ...fields });
      },
    );
    return limited(c, next);
  };
  app.get(socketRoute.path, upgrade);
  return app;
}

/** Sets headers on the response itself: a new Response would lose the socket. */
function withFields(response: Response, fields: HeaderFields): Response {
  for (const [name, value] of Object.entries(fields)) response.headers.set(name, value);
  return response;
}

/** Finds the job by a token of this service (`bt_...`) or by a stream ticket. */
async function authorisedJob(c: Context<App>, deps: LegacyWebSocketDeps): Promise<Job | undefined> {
  const { jobId = "", token = "" } = c.req.query();
  if (!token.startsWith("bt_")) return deps.jobByTicket(jobId, token, c);
  try {
    const user = await deps.authenticate(`Bearer ${token}`, c);
    if (!holdsAll(user.scopes, ["imports"])) return undefined;
    return await deps.findImport(user.userId, jobId);
  } catch (error) {
    if (error instanceof DomainError && error.code === "UNAUTHORIZED") return undefined;
    throw error;
  }
}

/** Returns the version in its canonical form, so that `ios/3.2` and `iOS/3.2.0 (4711)` are counted together. */
function clientVersionOf(c: Context<App>): string | undefined {
  const value = c.req.header("X-Client-Version") ?? c.req.query("clientVersion");
  const version = parseClientVersion(value);
  return version?.app === undefined ? undefined : `${version.app}/${version.numbers.join(".")}`;
}
