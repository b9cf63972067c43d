import * as z from "zod";
import { bookSchema } from "../../../contract/catalogue.ts";
import type { Log } from "../../platform/log.ts";
import { withTimeout } from "../../platform/d1/with-timeout.ts";
import { DAY_MS, isRecent, SECOND_MS } from "../../platform/time.ts";
import type { EditionsDeps } from "../domain/editions.ts";
import { kvKeys } from "./keys.ts";

const READ_BUDGET_MS = 500;
/** As for a book: fresh for a day, and served for a week while the provider is unavailable. */
const RETENTION_SECONDS = (7 * DAY_MS) / SECOND_MS;

const entrySchema = z.object({ fetchedAt: z.number(), books: z.array(bookSchema) });

/** A provider's editions of each work, in KV. No method throws. */
export function kvEditionsCache(
  kv: KVNamespace,
  { now, log }: { now(): number; log: Log },
): EditionsDeps["cache"] {
  return {
    async read(workId) {
      const read = await withTimeout(READ_BUDGET_MS, kv.get(kvKeys.editions(workId), "json"));
      if (!read.ok) log.error("kv_failed", { operation: "read_editions", error: read.error });
      const entry = entrySchema.safeParse(read.ok ? read.value : undefined);
      if (!entry.success) return undefined;
      const { books, fetchedAt } = entry.data;
      return { books, isFresh: isRecent(fetchedAt, DAY_MS, now()) };
    },
    async write(workId, books) {
      const entry = JSON.stringify({ fetchedAt: now(), books });
      const options = { expirationTtl: RETENTION_SECONDS };
      await kv.put(kvKeys.editions(workId), entry, options).catch((error: unknown) => {
        log.error("kv_failed", { operation: "write_editions", error });
      });
    },
  };
}
