import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import {
  cacheDroppedSchema,
  cacheIsbnSchema,
  cacheMetricsQuerySchema,
  cacheMetricsSchema,
  type CacheMetricsAnswer,
} from "../../../contract/cache.ts";
import type { ParsedIsbn } from "../domain/isbn/isbn.ts";
import { withoutNulls } from "../../platform/defined.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { requireIsbn } from "./isbn.ts";
import type { App } from "../../platform/http/context.ts";
import { AUTHENTICATED, jsonBody, problems } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";

/** The cache's counts. `rows` are sorted for the response; `last_accessed` is in seconds since the epoch. */
export interface CacheMetricsReading {
  totals: { keys: number; hits: number; misses: number };
  rows: {
    cache_key: string;
    hit_count: number;
    miss_count: number;
    last_accessed: number;
    data_size_bytes: number | null;
    ttl_seconds: number | null;
  }[];
}

/** Ports of the routes. */
export interface AdminCacheDeps {
  readCacheMetrics(limit: number): Promise<CacheMetricsReading>;
  /** Drops the cached book if D1 has it, and returns which KV keys were deleted and which were kept. */
  dropFromCache(isbn: ParsedIsbn): Promise<{ dropped: string[]; kept: string[] }>;
}

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

const getCacheMetrics = createRoute({
  operationId: "getCacheMetrics",
  method: "get",
  path: "/admin/cache-metrics",
  tags: TAGS,
  summary: "Cache hits and misses, and the most requested books",
  security: BEARER,
  request: { query: cacheMetricsQuerySchema },
  responses: { 200: jsonBody("The counts", cacheMetricsSchema), ...refusals },
});

const dropCache = createRoute({
  operationId: "dropFromCache",
  method: "delete",
  path: "/admin/cache/{isbn}",
  tags: TAGS,
  summary: "Drop a book from the cache if D1 has it",
  description:
    "Deletes the book's keys in KV, its absence record, and its entry in the memory of the isolate that serves the request. An old value that D1 has not adopted in its present state is kept and listed in `kept`. For at most 60 s, other isolates still answer from memory, and a recent provider query is not repeated.",
  security: BEARER,
  request: { params: cacheIsbnSchema },
  responses: { 200: jsonBody("The deleted and the kept keys", cacheDroppedSchema), ...refusals },
});

/** Routes for the cache. */
export function adminCacheRoutes(deps: AdminCacheDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi(getCacheMetrics, async (c) =>
    c.json(presentMetrics(await deps.readCacheMetrics(c.req.valid("query").limit)), 200),
  );
  app.openapi(dropCache, async (c) => {
    const isbn = requireIsbn(c.req.valid("param").isbn);
    return c.json({ isbn: isbn.isbn13, ...(await deps.dropFromCache(isbn)) }, 200);
  });
  return app;
}

function presentMetrics({ totals, rows }: CacheMetricsReading): CacheMetricsAnswer {
  const asked = totals.hits + totals.misses;
  return {
    ...totals,
    ...(asked === 0 ? {} : { hitRate: totals.hits / asked }),
    items: rows.map((row) => ({
      key: row.cache_key,
      hits: row.hit_count,
      misses: row.miss_count,
      lastAccessed: new Date(row.last_accessed * 1000).toISOString(),
      ...withoutNulls({ sizeBytes: row.data_size_bytes, ttlSeconds: row.ttl_seconds }),
    })),
  };
}
