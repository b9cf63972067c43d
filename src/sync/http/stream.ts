import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { MAX_SYNC, streamEventSchema } from "../../../contract/sync.ts";
import type { Authenticate } from "../../accounts/module.ts";
import { ownLibrary, userParams } from "../../library/module.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import {
  EVENT_STREAM,
  requireEventStream,
  STREAM_HEADERS,
} from "../../platform/http/event-stream.ts";
import { AUTHENTICATED, problems, RATE_LIMIT_HEADERS } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";

/** Dependencies of the change stream's route. */
export interface StreamRouteDeps {
  authenticate: Authenticate;
  limiters: Limiters;
  /** @throws DomainError TOO_MANY_STREAMS */
  openStream(userId: string): Promise<ReadableStream<Uint8Array>>;
}

const PATH = "/v1/library/{userId}/changes/stream";

const streamRoute = createRoute({
  operationId: "streamChanges",
  method: "get",
  path: PATH,
  tags: ["Sync"],
  summary: "Stream a notice of each write as Server-Sent Events",
  description: `Sends \`retry:\` and then events named \`change\`: one immediately, and one after each write to the library by any device, import or refresh. The data is the number of the latest write, comparable to \`seq\` of a feed page: read the feed if your last page has a lower number. A comment every 15 s keeps the connection alive. The server closes the stream after 30 minutes; reconnect then. An account can have at most ${MAX_SYNC.streams} open streams; without a stream, poll the feed at the interval in its \`Retry-After\`. Open the stream with fetch and the bearer token.`,
  security: BEARER,
  request: { params: userParams },
  responses: {
    200: {
      description: "The events",
      headers: RATE_LIMIT_HEADERS,
      content: { [EVENT_STREAM]: { schema: streamEventSchema } },
    },
    ...problems(
      ...AUTHENTICATED,
      "NOT_ACCEPTABLE",
      "RATE_LIMIT_EXCEEDED",
      "TOO_MANY_STREAMS",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** The route of the change stream. */
export function changeStreamRoutes(deps: StreamRouteDeps): OpenAPIHono<App> {
  const app = router();
  app.openAPIRegistry.registerPath(streamRoute);
  const path = PATH.replace("{userId}", ":userId");
  for (const middleware of ownLibrary(deps, "library:read")) app.use(path, middleware);
  app.get(path, async (c) => {
    requireEventStream(c.req.header("Accept"));
    if (c.req.raw.method === "HEAD") return c.body(null, 200, STREAM_HEADERS);
    const stream = await deps.openStream(c.get("user").userId);
    return c.body(stream, 200, STREAM_HEADERS);
  });
  return app;
}
