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

/** What the old WebSocket needs. */
export interface LegacyWebSocketUseCases {
  /** Its way out, as the deployment says. */
  legacyWebSocket: Deprecation;
  /**
   * A switch (101) to a socket that tells what happens to a job.
   * @throws DomainError TOO_MANY_STREAMS
   */
  openLegacySocket(job: Job): Promise<Response>;
  /** A switch (101) to a socket that is closed with 1008. */
  refuseLegacySocket(reason: string): Response;
  /** @param clientVersion `ios/3.2.0`; undefined for what is no version */
  countLegacyUse(clientVersion: string | undefined): void;
}

export interface LegacyWebSocketDeps extends LegacyWebSocketUseCases {
  authenticate: Authenticate;
  jobByTicket(jobId: string, ticket: string): Promise<Job | undefined>;
  findImport(userId: string, jobId: string): Promise<Job | undefined>;
  limiters: Limiters;
  now(): number;
}

const text = (description: string) => ({ description, schema: { type: "string" as const } });
const LEAVING = {
  Deprecation: text("`@` and Unix seconds (RFC 9745), once its use is discouraged"),
  Sunset: text("When it is gone (RFC 8594), once its use is discouraged"),
  Link: text('`rel="successor-version"`, once its use is discouraged'),
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
  summary: "What happens to an import, on the old WebSocket",
  description:
    "For apps that cannot read the stream of an import. Frames are `{type, jobId, pipeline, timestamp, version, payload}`; `type` is `deprecated`, `job_started`, `job_progress`, `job_complete`, `error`, `ping`, `pong` or `ready_ack`. It closes with 1000 after the end, 1011 after a failure, 1001 when the app should come back, and 1008 at once when `token` does not open the job.",
  deprecated: true,
  request: {
    query: z.object({
      jobId: z.string().optional(),
      token: z
        .string()
        .optional()
        .meta({ description: "A token with the scope `imports`, or the ticket in `streamUrl`" }),
      clientVersion: z.string().optional().meta({ description: "In place of X-Client-Version" }),
    }),
    headers: z.object({ "X-Client-Version": z.string().optional() }),
  },
  responses: {
    101: { description: "The socket", headers: { ...RATE_LIMIT_HEADERS, ...LEAVING } },
    ...REFUSALS,
    410: { ...REFUSALS[410], headers: LEAVING },
    426: { ...REFUSALS[426], headers: { Upgrade: text("`websocket`"), ...LEAVING } },
  },
});

/** The old WebSocket, for as long as it lasts. */
export function legacyWebSocketRoutes(deps: LegacyWebSocketDeps): OpenAPIHono<App> {
  const app = router();
  app.openAPIRegistry.registerPath(socketRoute);
  const leaving = deprecationHeaders(deps.legacyWebSocket);
  const upgrade: Handler<App> = async (c, next) => {
    const state = deprecationState(deps.legacyWebSocket, deps.now());
    const headers = state === "current" ? {} : leaving;
    if (state === "gone" || c.req.header("Upgrade")?.toLowerCase() !== "websocket") {
      for (const name in headers) c.header(name, headers[name]);
      if (state === "gone") throw goneProblem(deps.legacyWebSocket);
      c.header("Upgrade", "websocket");
      throw new DomainError("UPGRADE_REQUIRED", "This is a WebSocket: ask for an upgrade.");
    }
    const job = await authorisedJob(c, deps);
    if (!job) {
      const refused = deps.refuseLegacySocket("The token does not open this import.");
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

/** A new response would lose the socket. */
function withFields(response: Response, fields: HeaderFields): Response {
  for (const [name, value] of Object.entries(fields)) response.headers.set(name, value);
  return response;
}

/** A token is our own, or the ticket of a stream. */
async function authorisedJob(c: Context<App>, deps: LegacyWebSocketDeps): Promise<Job | undefined> {
  const { jobId = "", token = "" } = c.req.query();
  if (!token.startsWith("bt_")) return deps.jobByTicket(jobId, token);
  try {
    const user = await deps.authenticate(`Bearer ${token}`);
    if (!holdsAll(user.scopes, ["imports"])) return undefined;
    return await deps.findImport(user.userId, jobId);
  } catch (error) {
    if (error instanceof DomainError && error.code === "UNAUTHORIZED") return undefined;
    throw error;
  }
}

/** In one spelling, so that `ios/3.2` and `iOS/3.2.0 (4711)` are counted together. */
function clientVersionOf(c: Context<App>): string | undefined {
  const said = c.req.header("X-Client-Version") ?? c.req.query("clientVersion");
  const version = parseClientVersion(said);
  return version?.app === undefined ? undefined : `${version.app}/${version.numbers.join(".")}`;
}
