import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import type { ImportSnapshot } from "../../contract/imports.ts";
import type { BenchCase, BenchWorld } from "../case.ts";
import { atMost, under } from "../figure.ts";
import { pollUntil, startImport } from "../import-client.ts";

const ROWS = 1000;
const MAX_SHELVING_MS = 5000;
const MAX_CALLS = 60;
/** Open Library's limit for callers that send a contact. */
const PER_SECOND = 3;

export const importUnknown: BenchCase = {
  name: "import-unknown",
  title: `An import of ${ROWS.toLocaleString("en")} rows that the catalogue does not have`,
  about: `A file of books that Open Library has and the catalogue does not: the time until the shelf is complete, and the number of
calls to the provider. The baseline is one call per book.`,
  async run(world) {
    const { shelvedMs, enrichedMs, calls, maxPerSecond, enrichment } = await unknownImport(
      world,
      ROWS,
    );
    return {
      lines: [
        {
          what: "time until the shelf is complete",
          measured: `${Math.round(shelvedMs)} ms`,
          ...under(shelvedMs, MAX_SHELVING_MS, `${MAX_SHELVING_MS / 1000} s`),
        },
        {
          what: "calls to Open Library",
          measured: String(calls),
          baseline: String(ROWS),
          ratio: calls / ROWS,
          ...atMost(calls, MAX_CALLS),
        },
        {
          what: "maximum calls in one second",
          measured: String(maxPerSecond),
          ...atMost(maxPerSecond, PER_SECOND),
        },
        {
          what: "time until every book is confirmed",
          measured: `${Math.round(enrichedMs / 1000)} s`,
        },
      ],
      data: { rows: ROWS, shelvedMs, enrichedMs, calls, maxPerSecond, enrichment },
    };
  },
};

/** Duration of an import of unknown books, and its calls to the provider. */
export interface UnknownImport {
  /** From the upload until every row is on the shelf. */
  readonly shelvedMs: number;
  /** From the upload until every book is confirmed. */
  readonly enrichedMs: number;
  /** Calls to the provider. */
  readonly calls: number;
  readonly maxPerSecond: number;
  readonly enrichment: ImportSnapshot["enrichment"];
}

/**
 * Imports a file of books that Open Library has and the catalogue does not, at Open Library's real
 * rate limit.
 */
export async function unknownImport(world: BenchWorld, count: number): Promise<UnknownImport> {
  const books = generatedBooks(count, 7);
  const standIn = await world.standIn(books);
  const service = await world.service({
    ...standIn.env,
    ...NO_LIMITS,
    PROVIDER_LIMITS: JSON.stringify({ openlibrary: { perSecond: PER_SECOND } }),
  });
  const rows = books.map(({ isbn13, title }) => `"${title}",An Author,${isbn13},read`);
  const file = ["Title,Author,ISBN13,Exclusive Shelf", ...rows].join("\n");

  const started = await startImport(service.url, file);
  await pollUntil(service.url, started, ({ outcomes }) => outcomes.created === count);
  const shelvedMs = performance.now() - started.from;
  const { enrichment } = await pollUntil(
    service.url,
    started,
    ({ status }) => status === "completed",
    250,
  );
  const enrichedMs = performance.now() - started.from;
  if (enrichment.done !== count) throw new Error(JSON.stringify(enrichment));
  const { calls, maxPerSecond } = standIn.openlibrary.stats();
  return { shelvedMs, enrichedMs, calls, maxPerSecond, enrichment };
}
