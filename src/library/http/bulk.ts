import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import {
  bulkChangeRequestSchema,
  bulkChangeResponseSchema,
  MAX_BULK_ENTRIES,
  type BulkChangeRequest,
} from "../../../contract/bulk.ts";
import { IDEMPOTENCY_KEY, idempotently, KEY_REFUSALS } from "../../idempotency/module.ts";
import type { GuardedProgress } from "../../idempotency/domain/once.ts";
import { DomainError } from "../../platform/errors.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { envelope } from "../../platform/http/envelope.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import {
  AUTHENTICATED,
  jsonBody,
  problems,
  REPLAYED,
  WITH_BODY,
} from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import type { BulkEdit, BulkProgress } from "../domain/bulk-change.ts";
import type { ShelfFilter } from "../domain/shelf-query.ts";
import type { ShelfState } from "../domain/shelf-stats.ts";
import { ownLibrary, type LibraryDeps } from "./books.ts";
import { filterOf, namesDays } from "./list-query.ts";
import { requireEntryId, userParams } from "./parts.ts";

/** Dependencies of the bulk route. */
export interface BulkDeps extends Pick<LibraryDeps, "authenticate" | "limiters" | "once"> {
  shelfState(userId: string): Promise<ShelfState>;
  matchedProgress(input: {
    userId: string;
    filter: ShelfFilter;
    edit: BulkEdit;
  }): Promise<BulkProgress>;
  changeMany(input: {
    userId: string;
    edit: BulkEdit;
    progress: BulkProgress;
    keepProgress(progress: BulkProgress): GuardedProgress | undefined;
  }): Promise<BulkProgress>;
}

const bulkRoute = createRoute({
  operationId: "changeManyBooks",
  method: "post",
  path: "/v1/library/{userId}/books/bulk",
  tags: ["Library"],
  summary: "Change or remove many books",
  description: `Changes the entries of \`isbns\`, or those that match \`filter\` (the filters of the list as a JSON object): \`change\` sets fields as \`PATCH\` does, \`addTags\` and \`removeTags\` change the tags, \`delete: true\` moves the books to the trash. Each book has its own outcome; one that cannot be changed does not stop the others. A filter reaches at most ${MAX_BULK_ENTRIES} books that the change has not been applied to; repeat the request with a new key while \`remaining\` is above 0. With an \`Idempotency-Key\`, an interrupted request resumes where it stopped, and each book is changed once.`,
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: {
    params: userParams,
    body: { content: { "application/json": { schema: bulkChangeRequestSchema } }, required: true },
  },
  responses: {
    200: jsonBody("The outcome of each book", bulkChangeResponseSchema, REPLAYED),
    ...problems(
      ...KEY_REFUSALS,
      ...AUTHENTICATED,
      ...WITH_BODY,
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
    ),
  },
});

/** The route that changes many books. */
export function bulkRoutes(deps: BulkDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi({ ...bulkRoute, middleware: ownLibrary(deps, "library:write") }, async (c) => {
    const { userId } = c.req.valid("param");
    const request = c.req.valid("json");
    const edit = editOf(request);
    const caller = userCaller(userId);
    const keyed = { caller, operation: bulkRoute.operationId, fields: request, isPublic: false };
    const answer = await idempotently(c, deps.once, keyed, async (guard) => {
      const { filter, isbns = [] } = request;
      const begun = filter
        ? async () => {
            const isZoned = namesDays(filter);
            const timeZone = isZoned ? (await deps.shelfState(userId)).timeZone : "UTC";
            return deps.matchedProgress({ userId, filter: filterOf(filter, timeZone), edit });
          }
        : () => namedProgress(isbns);
      const progress =
        guard.progress === undefined ? await begun() : (JSON.parse(guard.progress) as BulkProgress);
      const { results, remaining } = await deps.changeMany({
        userId,
        edit,
        progress,
        keepProgress: (reached) => guard.keepProgress(JSON.stringify(reached)),
      });
      return { status: 200 as const, headers: {}, body: envelope({ results, remaining }) };
    });
    return c.json(answer.body, answer.status, UNCACHED);
  });
  return app;
}

function editOf(request: BulkChangeRequest): BulkEdit {
  const { change = {}, addTags = [], removeTags = [] } = request;
  return { change, addTags, removeTags, isDelete: request.delete === true };
}

/** Starts a request for named entries. Invalid ids are refused immediately. */
function namedProgress(given: readonly string[]): BulkProgress {
  const left = new Set<string>();
  const refused = new Map<string, BulkProgress["results"][number]>();
  for (const text of given) {
    try {
      left.add(requireEntryId(text));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const problem = { code: error.code, detail: error.message };
      refused.set(text, { isbn: text, outcome: "refused", problem });
    }
  }
  return { left: [...left], results: [...refused.values()], remaining: 0 };
}
