import * as z from "zod";
import { bookSchema } from "./catalogue.ts";
import { limitSchema } from "./library-query.ts";

const instant = z.iso.datetime();
const count = z.int().min(0);

export const cacheMetricsQuerySchema = z.object({
  limit: limitSchema(500, 100),
});

/** Cache counters as flushed by the isolates, a few seconds late. */
export const cacheMetricsSchema = z
  .object({
    keys: count,
    hits: count,
    misses: count,
    hitRate: z.number().min(0).max(1).optional(),
    items: z.array(
      z.object({
        key: z.string(),
        hits: count,
        misses: count,
        lastAccessed: instant,
        sizeBytes: count.optional(),
        ttlSeconds: count.optional(),
      }),
    ),
  })
  .meta({ id: "CacheMetrics" });

export const cacheIsbnSchema = z.object({ isbn: z.string().max(64) });

/** KV keys that were deleted, and those that were kept because D1 has no copy. */
export const cacheDroppedSchema = z
  .object({
    isbn: bookSchema.shape.isbn,
    dropped: z.array(z.string()),
    kept: z.array(z.string()),
  })
  .meta({ id: "CacheDropped" });

export type CacheMetricsAnswer = z.infer<typeof cacheMetricsSchema>;
