import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import {
  batchQuerySchema,
  batchResultSchema,
  loadedBookSchema,
  loadQuerySchema,
  loadStateSchema,
  MAX_BATCH_BOOKS,
  type BatchResult,
  type LoadedBook,
  type LoadState,
} from "../../../contract/local-catalogue.ts";
import {
  IDEMPOTENCY_KEY,
  idempotently,
  KEY_REFUSALS,
  type Once,
} from "../../idempotency/module.ts";
import { OPERATOR } from "../../accounts/module.ts";
import { DomainError } from "../../platform/errors.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { jsonBody, problems, REPLAYED } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import type { Batch, BatchOutcome, LoadProgress } from "../domain/load/store-batch.ts";

export interface LoadRouteDeps {
  progress(load: string): Promise<LoadProgress>;
  storeBatch(batch: Batch): Promise<BatchOutcome>;
  /** 0 means no limit. */
  maxDatabaseBytes: number;
  /** Whether the service runs on Cloudflare, where D1 has a maximum size. */
  isLimited: boolean;
  once: Once;
}

const TAGS = ["Administration"];
const REFUSALS = [
  "INVALID_REQUEST",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "CONFLICT",
  "LIMIT_REACHED",
  "REQUEST_TIMEOUT",
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
  "ADMIN_DISABLED",
] as const;

const getLoad = createRoute({
  operationId: "getCatalogueLoad",
  method: "get",
  path: "/admin/catalogue",
  tags: TAGS,
  summary: "Get the progress of a local catalogue's load",
  security: BEARER,
  request: { query: loadQuerySchema },
  responses: { 200: jsonBody("The state of the load", loadStateSchema), ...problems(...REFUSALS) },
});

const postBatch = createRoute({
  operationId: "loadCatalogue",
  method: "post",
  path: "/admin/catalogue",
  tags: TAGS,
  summary: "Store a batch of a local catalogue",
  description:
    "NDJSON with one edition per line, at most 1,000 lines and 2 MB. A batch is stored once, even if it is sent repeatedly, and only after the previous batch. Newer answers of a provider take precedence. `npm run load-catalogue` sends a dump of Open Library.",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: {
    query: batchQuerySchema,
    body: {
      content: { "application/x-ndjson": { schema: { type: "string" as const } } },
      required: true,
    },
  },
  responses: {
    200: jsonBody("The result of the batch", batchResultSchema, REPLAYED),
    ...problems(...KEY_REFUSALS, ...REFUSALS),
  },
});

/** Routes to load a local catalogue. */
export function loadRoutes(deps: LoadRouteDeps): OpenAPIHono<App> {
  const app = router();
  const stateOf = async (load: string): Promise<LoadState> => {
    const { databaseBytes, ...progress } = await deps.progress(load);
    const { isLimited, maxDatabaseBytes } = deps;
    return {
      load,
      ...progress,
      isLimited,
      databaseBytes,
      ...(maxDatabaseBytes > 0 ? { maxDatabaseBytes } : {}),
    };
  };
  app.openapi(getLoad, async (c) => c.json(await stateOf(c.req.valid("query").load), 200));
  app.openapi(postBatch, async (c) => {
    const fields = { ...c.req.valid("query"), body: await c.req.text() };
    const operation = postBatch.operationId;
    const keyed = { caller: OPERATOR, operation, fields, isPublic: false };
    const { body } = await idempotently(c, deps.once, keyed, async () => {
      const { load, batch, last } = fields;
      const books = readLines(fields.body);
      const outcome = await deps.storeBatch({ load, batch, isLast: last === "1", books });
      const counts = countsOf(outcome, deps.maxDatabaseBytes);
      return { status: 200 as const, body: { ...(await stateOf(load)), ...counts } };
    });
    return c.json(body, 200);
  });
  return app;
}

/** The counts of a batch. @throws DomainError CONFLICT, LIMIT_REACHED */
function countsOf(
  outcome: BatchOutcome,
  limit: number,
): Pick<BatchResult, "created" | "updated" | "unchanged"> {
  switch (outcome.kind) {
    case "stored":
      return outcome.counts;
    case "known":
      return { created: 0, updated: 0, unchanged: 0 };
    case "gap":
      throw new DomainError("CONFLICT", `The next batch of this load is ${outcome.nextBatch}.`);
    case "full": {
      const used = outcome.databaseBytes;
      const detail = `The database has ${used} bytes, and MAX_DB_BYTES is ${limit}. All earlier batches are stored.`;
      throw new DomainError("LIMIT_REACHED", detail, {
        details: { quota: "databaseBytes", limit, used },
      });
    }
  }
}

/** @throws DomainError INVALID_REQUEST that names the first faulty line */
function readLines(body: string): LoadedBook[] {
  const lines = body.split("\n").filter((line) => line.trim() !== "");
  if (lines.length > MAX_BATCH_BOOKS) {
    throw refusal(MAX_BATCH_BOOKS + 1, `is beyond the ${MAX_BATCH_BOOKS} lines of a batch`);
  }
  return lines.map((line, index) => {
    const read = loadedBookSchema.safeParse(parsed(line, index + 1));
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    throw refusal(index + 1, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is no book"}`);
  });
}

function parsed(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw refusal(number, "is not JSON");
  }
}

function refusal(line: number, message: string): DomainError {
  return new DomainError("INVALID_REQUEST", `Line ${line} ${message}.`, {
    details: { issues: [{ path: String(line), message }] },
  });
}
